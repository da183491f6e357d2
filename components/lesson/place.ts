/**
 * Where in a trace a step of a lesson stands. A lesson names instructions, never times: it stays right when the
 * scenario, the costs or the schedule change.
 */
import type { Op } from "@/engine/program";
import { spansOf, type Trace } from "@/engine/trace";

/** What can be named: one operation, both halves of backward, or the training step as a whole. */
export const PLACE_NAMES = [
  "step",
  "backward",
  "load",
  "forward",
  "inputGrad",
  "weightGrad",
  "flatten",
  "allReduce",
  "gradNorm",
  "optimize",
  "report",
] as const satisfies readonly (Op | "step" | "backward")[];
export type PlaceName = (typeof PLACE_NAMES)[number];

export interface Place {
  /** The start of the first such instruction, the end of the last, or halfway between the two. */
  at: "start" | "middle" | "end";
  of: PlaceName;
  /** Only instructions that work on this: a layer, or a gradient bucket. */
  on?: string;
  /** The device whose instructions are meant; the first unless said. */
  rank?: number;
}

const OPS: Partial<Record<PlaceName, readonly Op[]>> = { backward: ["inputGrad", "weightGrad"] };

/** @throws Error when the trace has no such instruction: a mistake in the lesson, which its test finds */
export function resolvePlace(trace: Trace, { at, of, on, rank = 0 }: Place): number {
  const [startMs, endMs] = of === "step" ? [0, trace.stepMs] : extent(trace, of, on, rank);
  if (at === "middle") return (startMs + endMs) / 2;
  return at === "start" ? startMs : endMs;
}

function extent(trace: Trace, of: PlaceName, on: string | undefined, rank: number): [startMs: number, endMs: number] {
  const ops = OPS[of] ?? [of];
  const spans = spansOf(trace, rank).filter(
    ({ instruction }) => ops.includes(instruction.op as Op) && (on === undefined || instruction.on === on),
  );
  if (spans.length === 0) throw new Error(`rank ${rank} has no ${of}${on === undefined ? "" : ` on ${on}`}`);
  return [Math.min(...spans.map(({ startMs }) => startMs)), Math.max(...spans.map(({ endMs }) => endMs))];
}
