/**
 * The critical path: a chain of instructions, each of which began the moment the one before it ended, from the
 * beginning of the step to its end. Nothing that is not on such a chain makes the step shorter by being faster.
 */
import { groupOf } from "../mesh/mesh";
import { type Instruction, isCollective, type Stream } from "../program";
import { dependenciesOf } from "./dependencies";
import { type Span, spanAt, type Trace } from "./trace";

/** @returns the chain in order of time; where two things ended last, what computes, then the lower rank, is taken */
export function criticalPath(trace: Trace): Span[] {
  const { before } = dependenciesOf(trace);
  const path: Span[] = [];
  let span = lastToEnd(trace);
  while (span) {
    const cause = latest(before(span.rank, span.index));
    // A receive lasts as long as its send, which stands for both.
    const isArrival = cause && cause.endMs > span.startMs;
    if (span.endMs > span.startMs && !isArrival) path.push(span);
    span = cause;
  }
  return path.reverse();
}

export interface PathParts {
  /** Time on the path in which something is computed, and the devices that do. */
  computeMs: number;
  computing: readonly number[];
  /** Time on the path in which a message is under way, and all devices that take part in one. */
  commMs: number;
  communicating: readonly number[];
}

/** What the critical path consists of. */
export function criticalPathParts(trace: Trace): PathParts {
  const path = criticalPath(trace);
  const on = (stream: Stream) => path.filter(({ instruction }) => instruction.stream === stream);
  const lengthOf = (spans: readonly Span[]) => spans.reduce((ms, { startMs, endMs }) => ms + endMs - startMs, 0);
  const [compute, comm] = [on("compute"), on("comm")];
  return {
    computeMs: lengthOf(compute),
    computing: distinct(compute.map(({ rank }) => rank)),
    commMs: lengthOf(comm),
    communicating: distinct(comm.flatMap(({ rank, instruction }) => membersOf(trace, rank, instruction))),
  };
}

function membersOf({ program }: Trace, rank: number, instruction: Instruction): number[] {
  if (isCollective(instruction)) return groupOf(program.mesh, instruction.axis, rank);
  return "peer" in instruction ? [rank, instruction.peer] : [rank];
}

const distinct = (ranks: readonly number[]) => [...new Set(ranks)].sort((a, b) => a - b);

function lastToEnd(trace: Trace): Span | null {
  let last: Span | null = null;
  trace.endMs.forEach((ends, rank) => {
    ends.forEach((endMs, index) => {
      if (!last || endMs > last.endMs) last = spanAt(trace, rank, index);
    });
  });
  return last;
}

function latest(spans: readonly Span[]): Span | null {
  return spans.reduce<Span | null>((best, span) => (!best || isLater(span, best) ? span : best), null);
}

function isLater(a: Span, b: Span): boolean {
  if (a.endMs !== b.endMs) return a.endMs > b.endMs;
  const computes = (span: Span) => Number(span.instruction.stream === "compute" && span.endMs > span.startMs);
  return computes(a) !== computes(b) ? computes(a) > computes(b) : a.rank < b.rank;
}
