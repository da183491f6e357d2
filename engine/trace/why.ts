/**
 * Why something starts when it does: the questions "what did this wait for" and "why is this device idle", answered
 * from the program and the times.
 */
import { isCollective, type Stream } from "../program";
import { dependenciesOf } from "./dependencies";
import { type Span, spansOf, type Trace } from "./trace";

/** A place in a trace: a lane, and a time in it. */
export interface Place {
  rank: number;
  stream: Stream;
  atMs: number;
  /** The instruction that is meant, where the time alone does not say: messages of a lane may overlap. */
  index?: number;
}

/** A stretch in which a device computes nothing. */
export interface Idle {
  rank: number;
  startMs: number;
  endMs: number;
  /** The compute instruction that ends it; null when the device has nothing left to do. */
  next: number | null;
}

const known = new WeakMap<Trace, Idle[][]>();

/** The idle stretches of a rank's compute stream, in order of time; found once. They add up to the rank's `idleMs`. */
export function idlesOf(trace: Trace, rank: number): readonly Idle[] {
  const byRank = known.get(trace) ?? [];
  known.set(trace, byRank);
  byRank[rank] ??= findIdles(trace, rank);
  return byRank[rank] as Idle[];
}

function findIdles(trace: Trace, rank: number): Idle[] {
  const shortestMs = trace.stepMs * 1e-9;
  const idles: Idle[] = [];
  let freeMs = 0;
  for (const { startMs, endMs, index } of spansOf(trace, rank, "compute")) {
    if (endMs === startMs) continue;
    if (startMs - freeMs > shortestMs) idles.push({ rank, startMs: freeMs, endMs: startMs, next: index });
    freeMs = endMs;
  }
  if (trace.stepMs - freeMs > shortestMs) idles.push({ rank, startMs: freeMs, endMs: trace.stepMs, next: null });
  return idles;
}

/**
 * What an instruction waited for: of all that had to end before it, the one that ended last, which is when it started.
 * What kept its own stream busy counts too, for a collective what the other members were held by, and for a receive
 * what its send waited for, because the two start together. A computation or a message that takes no time is looked
 * through, to what it waited for itself. Null when it waits for nothing.
 */
export function waitedFor(trace: Trace, rank: number, index: number): Span | null {
  let cause = lastToEnd(trace, rank, index);
  while (cause && cause.endMs === cause.startMs && !isCollective(cause.instruction)) {
    cause = lastToEnd(trace, cause.rank, cause.index);
  }
  return cause;
}

function lastToEnd(trace: Trace, rank: number, index: number): Span | null {
  let last: Span | null = null;
  for (const span of holdsOf(trace, rank, index)) if (!last || span.endMs > last.endMs) last = span;
  return last;
}

/** All that ended before an instruction started, and held it. */
function holdsOf(trace: Trace, rank: number, index: number): Span[] {
  const { before } = dependenciesOf(trace);
  const isReceive = trace.program.ranks[rank]?.instructions[index]?.op === "recv";
  return before(rank, index).flatMap((span) =>
    isReceive && span.rank !== rank ? before(span.rank, span.index) : [span],
  );
}

/** How much of a stretch of time a rank's stream is at work. */
export function workingMs(trace: Trace, rank: number, stream: Stream, fromMs: number, toMs: number): number {
  return spansOf(trace, rank, stream).reduce(
    (total, { startMs, endMs }) => total + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)),
    0,
  );
}
