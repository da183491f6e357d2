/** Two runs side by side in numbers. Pure. */
import { formatPercent, type TimeFormat } from "@/components/marks/format";
import { sum } from "@/engine/base/range";
import { formatBytes } from "@/engine/base/units";
import { AXES } from "@/engine/mesh/mesh";
import type { Figure } from "./state/figure";

export interface Difference {
  name: string;
  before: string;
  after: string;
  difference: string;
  ratio: string;
}

export function differencesOf(before: Figure, after: Figure, time: TimeFormat): Difference[] {
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
    row("step time", ({ trace }) => trace.stepMs, time.text),
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

function peakBytes({ devices }: Figure): number {
  return Math.max(0, ...devices.map((device) => device.peakBytes.total));
}
