/** Which instructions one bar stands for: a whole action when seen from afar, a single instruction when seen close. */
import { COLLECTIVE_KINDS, type Instruction, isCollective, type Stream } from "@/engine/program";
import { inOrderOfTime, type Span, spansOf, type Trace, tracksOf } from "@/engine/trace";

/** `recompute` is a forward done again for its backward; `copy` is moving data about: loading a micro-batch, laying gradients end to end. */
export type BarKind =
  | "forward"
  | "recompute"
  | "backward"
  | "inputGrad"
  | "weightGrad"
  | "copy"
  | "optimizer"
  | "collective";

/** What readers call an operation of the comm stream. */
export function commName(instruction: Instruction): string {
  if (isCollective(instruction)) return COLLECTIVE_KINDS[instruction.op].name;
  return instruction.op === "recv" ? "receive" : instruction.op;
}

export type Detail = "action" | "instruction";

/** Consecutive instructions that are one thing to the reader. */
export interface BarSpan {
  rank: number;
  stream: Stream;
  kind: BarKind;
  /** Of its first and last instruction in the rank's program. */
  first: number;
  last: number;
  startMs: number;
  endMs: number;
  /** Counts from 0; null when the work belongs to no single micro-batch. */
  microbatch: number | null;
  /** Which of the tracks that its lane is split into, so that messages under way together lie below each other. */
  track: number;
  numTracks: number;
}

const known = new WeakMap<Trace, Map<string, BarSpan[]>>();

/**
 * A rank's work on one stream, in order of time; found once a trace. On the compute stream what takes no time is left out; a
 * message that takes none is kept, as an instant.
 */
export function barSpans(trace: Trace, rank: number, stream: Stream, detail: Detail): readonly BarSpan[] {
  const lanes = known.get(trace) ?? new Map<string, BarSpan[]>();
  known.set(trace, lanes);
  const key = `${rank} ${stream} ${detail}`;
  const spans = lanes.get(key) ?? findBarSpans(trace, rank, stream, detail);
  lanes.set(key, spans);
  return spans;
}

function findBarSpans(trace: Trace, rank: number, stream: Stream, detail: Detail): BarSpan[] {
  const merged: Omit<BarSpan, "track" | "numTracks">[] = [];
  let lastKey = "";
  for (const span of spansOf(trace, rank, stream)) {
    if (stream === "compute" && span.endMs === span.startMs) continue;
    const before = merged.at(-1);
    const key = detail === "action" ? actionKey(span) : null;
    const touches = before && span.startMs - before.endMs <= trace.stepMs * 1e-9;
    if (before && touches && key !== null && key === lastKey) {
      before.last = span.index;
      before.endMs = span.endMs;
    } else {
      const { index: first, startMs, endMs, instruction } = span;
      const kind = kindOf(instruction, detail);
      const microbatch = instruction.action?.microbatch ?? null;
      merged.push({ rank, stream, kind, first, last: first, startMs, endMs, microbatch });
    }
    lastKey = key ?? "";
  }
  const ordered = inOrderOfTime(merged);
  const { track, numTracks } = tracksOf(ordered);
  return ordered.map((bar, i) => ({ ...bar, track: track[i], numTracks }));
}

/** Instructions with the same key are one bar when seen from afar; null stands alone. */
function actionKey({ instruction: { action, op, stream } }: Span): string | null {
  if (stream === "comm") return null;
  if (action) return `${action.stage}${action.kind}${action.microbatch}${op === "recompute" ? " again" : ""}`;
  return isOptimizer(op) ? "optimizer" : null;
}

const isOptimizer = (op: Instruction["op"]) => op === "sumSquares" || op === "optimize";

const ACTION_KINDS = { F: "forward", B: "backward", I: "inputGrad", W: "weightGrad" } as const;

function kindOf({ op, action, stream }: Instruction, detail: Detail): BarKind {
  if (stream === "comm") return "collective";
  if (isOptimizer(op)) return "optimizer";
  if (op === "recompute") return op;
  if (detail === "action" && action) return ACTION_KINDS[action.kind];
  return op === "forward" || op === "inputGrad" || op === "weightGrad" ? op : "copy";
}

const knownStages = new WeakMap<Trace, number[][]>();

/** The stages that a rank works on, in their order; found once a trace. */
export function stagesOf(trace: Trace, rank: number): readonly number[] {
  const stages = knownStages.get(trace) ?? trace.program.ranks.map(({ instructions }) => findStages(instructions));
  knownStages.set(trace, stages);
  return stages[rank];
}

function findStages(instructions: readonly Instruction[]): number[] {
  const stages = new Set(instructions.flatMap(({ action }) => (action ? [action.stage] : [])));
  return [...stages].sort((a, b) => a - b);
}
