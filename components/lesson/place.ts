/**
 * Where in a trace a step of a lesson stands. A lesson names instructions, never times: it stays right when the
 * scenario, the costs or the schedule change.
 */
import type { Action, Op, Stream } from "@/engine/program";
import { type Place as Asked, type Idle, idlesOf, spansOf, type Trace } from "@/engine/trace";

/** What can be named: one operation, both halves of backward, the longest idle stretch, or the whole training step. */
export const PLACE_NAMES = [
  "step",
  "idle",
  "backward",
  "load",
  "forward",
  "recompute",
  "inputGrad",
  "weightGrad",
  "flatten",
  "keepPart",
  "allReduce",
  "reduceScatter",
  "allGather",
  "send",
  "recv",
  "sumSquares",
  "optimize",
  "report",
] as const satisfies readonly (Op | "step" | "idle" | "backward")[];
export type PlaceName = (typeof PLACE_NAMES)[number];

export interface Place {
  /** The start of the first such instruction, the end of the last, or halfway between the two. */
  at: "start" | "middle" | "end";
  of: PlaceName;
  /** Only instructions that work on this: a layer, or a gradient bucket. */
  on?: string;
  /** Only instructions of this micro-batch; they count from 0. */
  microbatch?: number;
  /** Only instructions of this stage of the pipeline; they count from 0. */
  stage?: number;
  /** Only instructions of this pass: with ZeRO-3 one layer is gathered in both. */
  pass?: "forward" | "backward";
  /** The device whose instructions are meant; the first unless said. */
  rank?: number;
}

export interface Resolved {
  /** Where the cursor goes. */
  timeMs: number;
  /** The device in view. */
  rank: number;
  /** What the stage explains there: the instruction that was named; null for the step as a whole. */
  asked: Asked | null;
  /** From its start to its end. */
  windowMs: readonly [number, number];
}

/** @throws Error when the trace has no such instruction: a mistake in the lesson, which its test finds */
export function resolvePlace(trace: Trace, place: Place): Resolved {
  const { at, of, rank = 0 } = place;
  if (of === "step") {
    const timeMs = { start: 0, middle: trace.stepMs / 2, end: trace.stepMs }[at];
    return { timeMs, rank, asked: null, windowMs: [0, trace.stepMs] };
  }
  const stretches = of === "idle" ? longestIdle(trace, rank) : instructions(trace, place);
  if (stretches.length === 0) throw new Error(`rank ${rank} has no ${nameOf(place)}`);
  const first = stretches.reduce((a, b) => (b.startMs < a.startMs ? b : a));
  const last = stretches.reduce((a, b) => (b.endMs > a.endMs ? b : a));
  const timeMs = { start: first.startMs, middle: (first.startMs + last.endMs) / 2, end: last.endMs }[at];
  const named = at === "end" ? last : first;
  return { timeMs, rank, asked: askedOf(rank, named), windowMs: [named.startMs, named.endMs] };
}

interface Stretch {
  stream: Stream;
  /** Of its instruction; an idle stretch has none. */
  index?: number;
  startMs: number;
  endMs: number;
}

function instructions(trace: Trace, { of, on, microbatch, stage, pass, rank = 0 }: Place): Stretch[] {
  const ops: readonly string[] = of === "backward" ? ["inputGrad", "weightGrad"] : [of];
  return spansOf(trace, rank)
    .filter(({ instruction }) => ops.includes(instruction.op))
    .filter(({ instruction }) => on === undefined || instruction.on === on)
    .filter(({ instruction }) => microbatch === undefined || instruction.action?.microbatch === microbatch)
    .filter(({ instruction }) => stage === undefined || instruction.action?.stage === stage)
    .filter(({ instruction: { action } }) => pass === undefined || passOf(action) === pass)
    .map(({ instruction: { stream }, index, startMs, endMs }) => ({ stream, index, startMs, endMs }));
}

/** Gradient sync after backward and the optimizer belong to neither. */
const passOf = (action?: Action): Place["pass"] => action && (action.kind === "F" ? "forward" : "backward");

function longestIdle(trace: Trace, rank: number): Stretch[] {
  const lengthMs = ({ startMs, endMs }: Idle) => endMs - startMs;
  const longest = [...idlesOf(trace, rank)].sort((a, b) => lengthMs(b) - lengthMs(a))[0];
  return longest ? [{ ...longest, stream: "compute" }] : [];
}

/** What takes no time is not drawn, so nothing can be said of it. */
function askedOf(rank: number, { stream, index, startMs, endMs }: Stretch): Asked | null {
  return endMs > startMs ? { rank, stream, atMs: (startMs + endMs) / 2, index } : null;
}

function nameOf({ of, on, microbatch, stage, pass }: Place): string {
  const which = [
    on !== undefined && `on ${on}`,
    microbatch !== undefined && `of micro-batch ${microbatch}`,
    stage !== undefined && `of stage ${stage}`,
    pass !== undefined && `in ${pass}`,
  ];
  return [of, ...which.filter(Boolean)].join(" ");
}
