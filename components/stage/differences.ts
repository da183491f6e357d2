/** Two runs side by side in numbers. Pure. */
import { formatPercent, timeFormat } from "@/components/marks/format";
import { sum } from "@/engine/base/range";
import { formatBytes } from "@/engine/base/units";
import { AXES } from "@/engine/mesh/mesh";
import type { Scenario } from "@/engine/scenario";
import type { Figure } from "./state/figure";

export interface Difference {
  name: string;
  before: string;
  after: string;
  difference: string;
  ratio: string;
}

/** Each with the unit of its own clock: between a machine's milliseconds and counted time there is no difference. */
export function differencesOf(before: Figure, after: Figure): Difference[] {
  const lengthMs = Math.max(before.trace.stepMs, after.trace.stepMs);
  const timeOf = ({ scenario }: Figure) => timeFormat(scenario.costs.kind, lengthMs);
  const row = (name: string, pick: (figure: Figure) => number, text: (value: number) => string): Difference => {
    const [a, b] = [pick(before), pick(after)];
    const change = b - a;
    const sign = change > 0 ? "+" : change < 0 ? "−" : "";
    return {
      name,
      before: text(a),
      after: text(b),
      difference: change === 0 ? "none" : `${sign}${text(Math.abs(change))}`,
      ratio: a > 0 ? `× ${Number((b / a).toPrecision(3))}` : b > 0 ? "new" : "",
    };
  };
  const perDevice = (figure: Figure, total: number) => total / figure.devices.length;
  return [
    sharesClock(before, after)
      ? row("step time", ({ trace }) => trace.stepMs, timeOf(after).text)
      : {
          name: "step time",
          before: timeFormat(before.scenario.costs.kind, before.trace.stepMs).text(before.trace.stepMs),
          after: timeFormat(after.scenario.costs.kind, after.trace.stepMs).text(after.trace.stepMs),
          difference: "",
          ratio: "",
        },
    row("bubble, of total", ({ bubble }) => bubble.idleOverTotal, formatPercent),
    row("bubble, over ideal", ({ bubble }) => bubble.idleOverIdeal, formatPercent),
    row("peak memory of the fullest device", peakBytes, formatBytes),
    row(
      "peak memory, mean of the devices",
      (figure) => Math.round(perDevice(figure, sum(figure.devices.map((device) => device.peakBytes.total)))),
      formatBytes,
    ),
    ...AXES.map((axis) =>
      row(
        `sent along ${axis}, all devices`,
        ({ devices }) => sum(devices.map(({ sentBytes }) => sentBytes[axis])),
        formatBytes,
      ),
    ),
    row("devices", ({ devices }) => devices.length, String),
  ];
}

/**
 * Whether the times of two runs can be compared: on machines in ms, else in the same counts. A counted clock gives a stage
 * its time however many layers it has, so more and smaller stages have another clock.
 */
export function sharesClock({ scenario: a }: Figure, { scenario: b }: Figure): boolean {
  if (a.costs.kind !== b.costs.kind) return false;
  return a.costs.kind === "hardware" || numStages(a) === numStages(b);
}

function numStages({ mesh, schedule }: Scenario): number {
  if (schedule.kind === "custom") return schedule.stageToRank?.length ?? mesh.pp;
  return mesh.pp * schedule.virtual;
}

export function peakBytes({ devices }: Figure): number {
  return Math.max(0, ...devices.map((device) => device.peakBytes.total));
}
