/** Places the losses of a run and of its one-device twin, and on a log axis of its own how far they are apart. */
import { scaleLinear, scaleLog } from "d3";

export interface ChartFrame {
  widthPx: number;
  heightPx: number;
  /** Training steps on the x axis. */
  numSteps: number;
}

export interface LossPoint {
  /** Counts from 1. */
  step: number;
  loss: number;
  referenceLoss: number;
  lossDifference: number;
}

export interface ChartTick {
  px: number;
  label: string;
  /** Of the label, which is then a base. */
  exponent?: number;
}

export interface LossMarks {
  /** SVG path data; empty without steps. */
  own: string;
  reference: string;
  last: { xPx: number; yPx: number } | null;
  yTicks: ChartTick[];
}

export function layoutLoss(points: readonly LossPoint[], { widthPx, heightPx, numSteps }: ChartFrame): LossMarks {
  const x = stepScale({ widthPx, numSteps });
  const losses = points.flatMap(({ loss, referenceLoss }) => [loss, referenceLoss]).filter(Number.isFinite);
  const y = scaleLinear([0, Math.max(...losses, 0) || 1], [heightPx, 0]).nice(3);
  const line = (value: (point: LossPoint) => number) => pathOf(points.map((point) => [x(point.step), y(value(point))]));
  const end = points.at(-1);
  return {
    own: line(({ loss }) => loss),
    reference: line(({ referenceLoss }) => referenceLoss),
    last: end && Number.isFinite(end.loss) ? { xPx: x(end.step), yPx: y(end.loss) } : null,
    yTicks: y.ticks(3).map((value) => ({ px: y(value), label: y.tickFormat(3)(value) })),
  };
}

export interface NormMarks {
  path: string;
  yTicks: ChartTick[];
}

/** The gradient norm of each step, from 0 up. */
export function layoutNorm(
  points: readonly { step: number; gradNorm: number }[],
  { widthPx, heightPx, numSteps }: ChartFrame,
): NormMarks {
  const x = stepScale({ widthPx, numSteps });
  const norms = points.map(({ gradNorm }) => gradNorm).filter(Number.isFinite);
  const y = scaleLinear([0, Math.max(...norms, 0) || 1], [heightPx, 0]).nice(1);
  return {
    path: pathOf(points.map(({ step, gradNorm }) => [x(step), y(gradNorm)])),
    yTicks: [0, y.domain()[1]].map((value) => ({ px: y(value), label: y.tickFormat(2)(value) })),
  };
}

export interface DifferenceMarks {
  /** One a step; a difference of 0 has no place on a log axis and stands on its floor. */
  bars: { xPx: number; yPx: number; heightPx: number; isZero: boolean }[];
  barWidthPx: number;
  yTicks: ChartTick[];
}

const FLOOR_EXPONENT = -10;

export function layoutDifference(
  points: readonly LossPoint[],
  { widthPx, heightPx, numSteps }: ChartFrame,
): DifferenceMarks {
  const x = stepScale({ widthPx, numSteps });
  const largest = Math.max(0, ...points.map(({ lossDifference }) => lossDifference).filter(Number.isFinite));
  const top = largest > 0 ? Math.max(FLOOR_EXPONENT + 4, Math.ceil(Math.log10(largest))) : FLOOR_EXPONENT + 4;
  const y = scaleLog([10 ** FLOOR_EXPONENT, 10 ** top], [heightPx, 0]).clamp(true);
  return {
    bars: points.map(({ step, lossDifference }) => {
      const isZero = lossDifference === 0;
      const yPx = isZero ? heightPx : y(Number.isFinite(lossDifference) ? lossDifference : 10 ** top);
      return { xPx: x(step), yPx, heightPx: heightPx - yPx, isZero };
    }),
    barWidthPx: Math.max(0.5, Math.min(4, (widthPx / Math.max(1, numSteps)) * 0.7)),
    yTicks: [top, FLOOR_EXPONENT].map((exponent) => ({ px: y(10 ** exponent), label: "10", exponent })),
  };
}

export function layoutSteps({ widthPx, numSteps }: ChartFrame): ChartTick[] {
  if (widthPx <= 0 || numSteps < 1) return [];
  const x = stepScale({ widthPx, numSteps });
  const whole = x.ticks(Math.max(2, widthPx / 80)).filter((step) => Number.isInteger(step) && step > 0);
  return whole.map((step) => ({ px: x(step), label: String(step) }));
}

function stepScale({ widthPx, numSteps }: Pick<ChartFrame, "widthPx" | "numSteps">) {
  return scaleLinear([0, Math.max(1, numSteps)], [0, Math.max(0, widthPx)]);
}

/** A line through points; one that is no number interrupts it. */
function pathOf(points: readonly [xPx: number, yPx: number][]): string {
  let pen = "M";
  let path = "";
  for (const [xPx, yPx] of points) {
    if (!Number.isFinite(yPx)) pen = "M";
    else {
      path += `${pen}${round(xPx)},${round(yPx)}`;
      pen = "L";
    }
  }
  return path;
}

const round = (px: number) => Math.round(px * 100) / 100;
