/**
 * Places the losses of a mistake's trials: the training with the mistake in it, the one without, and the same on one
 * device, all over the same steps. Pure.
 */
import { extent, line, scaleLinear } from "d3";
import type { Trial } from "@/engine/worker/protocol";

export interface Curve {
  name: "one device" | "broken" | "restored";
  /** Step by step. What has left the numbers is kept as null. */
  losses: readonly (number | null)[];
}

export interface TrialFrame {
  widthPx: number;
  heightPx: number;
}

export interface Tick {
  px: number;
  label: string;
}

export interface TrialMarks {
  curves: {
    name: Curve["name"];
    /** SVG path data; a step without a number interrupts it. */
    path: string;
    /** A dot for each step that has a number. */
    dots: { xPx: number; yPx: number }[];
  }[];
  yTicks: Tick[];
  steps: Tick[];
}

/** What has been run so far, in the order in which it is drawn: one device below the others. Nothing where nothing trained. */
export function curvesOf({ broken, right }: { broken?: Trial; right?: Trial }): Curve[] {
  // Progress that a browser kept from an earlier visit may lack the losses.
  const [wrong, restored] = [broken, right].map((trial) => trial?.check?.losses ?? []);
  const reference = wrong.length > 0 ? wrong : restored;
  const curves: Curve[] = [
    { name: "one device", losses: reference.map(({ oneDevice }) => oneDevice) },
    { name: "restored", losses: restored.map(({ here }) => here) },
    { name: "broken", losses: wrong.map(({ here }) => here) },
  ];
  return curves.filter(({ losses }) => losses.length > 0);
}

export function layoutTrial(curves: readonly Curve[], { widthPx, heightPx }: TrialFrame): TrialMarks {
  const numSteps = Math.max(0, ...curves.map(({ losses }) => losses.length));
  const all = curves.flatMap(({ losses }) => losses.filter(isNumber));
  const [least = 0, most = 1] = extent(all);
  // The eye shall see the difference, so the scale need not begin at 0; one value alone stands in the middle.
  const domain = least < most ? [least, most] : [least - 0.5, least + 0.5];
  const y = scaleLinear(domain, [heightPx, 0]).nice(3);
  const x = scaleLinear([1, Math.max(2, numSteps)], [0, Math.max(0, widthPx)]);
  const whole = x.ticks(Math.min(numSteps, 10)).filter((step) => Number.isInteger(step) && step <= numSteps);
  const pen = line<number | null>(
    (_, i) => x(i + 1),
    (loss) => y(loss as number),
  )
    .defined(isNumber)
    .digits(2);
  return {
    curves: curves.map(({ name, losses }) => ({
      name,
      path: pen(losses) ?? "",
      dots: losses.flatMap((loss, i) => (isNumber(loss) ? [{ xPx: x(i + 1), yPx: y(loss) }] : [])),
    })),
    yTicks: y.ticks(3).map((value) => ({ px: y(value), label: y.tickFormat(3)(value) })),
    steps: whole.map((step) => ({ px: x(step), label: String(step) })),
  };
}

const isNumber = (loss: number | null): loss is number => loss !== null && Number.isFinite(loss);
