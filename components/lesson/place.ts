/**
 * Where in a trace a step of a lesson stands. A lesson names instructions, never times: it stays right when the
 * scenario, the costs or the schedule change.
 */
import type { Op } from "@/engine/program";
import { type Place as Asked, type Span, spansOf, type Trace } from "@/engine/trace";

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

export interface Resolved {
  /** Where the cursor goes. */
  timeMs: number;
  /** The device in view. */
  rank: number;
  /** What the stage explains there: the instruction that was named; null for the step as a whole. */
  asked: Asked | null;
}

/** @throws Error when the trace has no such instruction: a mistake in the lesson, which its test finds */
export function resolvePlace(trace: Trace, { at, of, on, rank = 0 }: Place): Resolved {
  if (of === "step")
    return { timeMs: { start: 0, middle: trace.stepMs / 2, end: trace.stepMs }[at], rank, asked: null };
  const ops = OPS[of] ?? [of];
  const spans = spansOf(trace, rank).filter(
    ({ instruction }) => ops.includes(instruction.op as Op) && (on === undefined || instruction.on === on),
  );
  if (spans.length === 0) throw new Error(`rank ${rank} has no ${of}${on === undefined ? "" : ` on ${on}`}`);
  const first = spans.reduce((a, b) => (b.startMs < a.startMs ? b : a));
  const last = spans.reduce((a, b) => (b.endMs > a.endMs ? b : a));
  const timeMs = { start: first.startMs, middle: (first.startMs + last.endMs) / 2, end: last.endMs }[at];
  return { timeMs, rank, asked: askedOf(at === "end" ? last : first) };
}

/** What takes no time is not drawn, so nothing can be said of it. */
function askedOf({ rank, instruction, startMs, endMs }: Span): Asked | null {
  return endMs > startMs ? { rank, stream: instruction.stream, atMs: (startMs + endMs) / 2 } : null;
}
