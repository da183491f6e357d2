/**
 * Why something starts when it does: the questions "what did this wait for" and "why is this device idle", answered
 * from the program and the times.
 */
import { groupOf } from "../mesh/mesh";
import {
  type Instruction,
  isCollective,
  messageKey,
  peerOf,
  type RankProgram,
  type Recv,
  type Stream,
} from "../program";
import { type Span, spanAt, spansOf, type Trace } from "./trace";

/** A place in a trace: a lane, and a time in it. */
export interface Place {
  rank: number;
  stream: Stream;
  atMs: number;
}

/** A stretch in which a device computes nothing. */
export interface Idle {
  rank: number;
  startMs: number;
  endMs: number;
  /** The compute instruction that ends it; null when the device has nothing left to do. */
  next: number | null;
}

/** The idle stretches of a rank's compute stream, in order of time. They add up to the rank's `idleMs`. */
export function idlesOf(trace: Trace, rank: number): Idle[] {
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
 * What an instruction waited for: of all that had to end before it, the one that ended last. Its own stream's
 * previous instruction counts too, and for a collective what the other members were held by. A computation that takes
 * no time is looked through, to what it waited for itself. Null when it waits for nothing.
 */
export function waitedFor(trace: Trace, rank: number, index: number): Span | null {
  let cause = lastToEnd(trace, rank, index);
  while (cause && cause.endMs === cause.startMs && !isCollective(cause.instruction)) {
    cause = lastToEnd(trace, cause.rank, cause.index);
  }
  return cause;
}

function lastToEnd(trace: Trace, rank: number, index: number): Span | null {
  const instruction = instructionAt(trace, rank, index);
  const candidates = holdsOf(trace, rank, index);
  if (isCollective(instruction)) {
    const others = groupOf(trace.program.mesh, instruction.axis, rank).filter((member) => member !== rank);
    candidates.push(...others.flatMap((member) => holdsOf(trace, member, meetingIndex(trace, rank, index, member))));
  }
  if (instruction.op === "recv") candidates.push(sendOf(trace, rank, instruction));
  let last: Span | null = null;
  for (const span of candidates) if (!last || span.endMs > last.endMs) last = span;
  return last;
}

/** The other end of a message. */
function sendOf(trace: Trace, rank: number, recv: Recv): Span {
  const { mesh, ranks } = trace.program;
  const sender = peerOf(mesh, rank, recv.peer);
  const key = messageKey(mesh, rank, recv);
  const { instructions } = ranks[sender] as RankProgram;
  const index = instructions.findIndex((other) => other.op === "send" && messageKey(mesh, sender, other) === key);
  return spanAt(trace, sender, index);
}

/** What one rank has to end first: what the instruction names, and then the one before it on its stream. */
function holdsOf(trace: Trace, rank: number, index: number): Span[] {
  const { instructions } = trace.program.ranks[rank] as RankProgram;
  const { waits, stream } = instructionAt(trace, rank, index);
  const before = instructions.findLastIndex((other, i) => i < index && other.stream === stream);
  return [...waits, ...(before < 0 ? [] : [before])].map((i) => spanAt(trace, rank, i));
}

/** Where another member of the collective has its part of it: the same place among its collectives on that axis. */
function meetingIndex(trace: Trace, rank: number, index: number, member: number): number {
  const axis = (instruction: Instruction) => (isCollective(instruction) ? instruction.axis : null);
  const own = axis(instructionAt(trace, rank, index));
  const places = (of: number) =>
    (trace.program.ranks[of] as RankProgram).instructions.flatMap((other, i) => (axis(other) === own ? [i] : []));
  return places(member)[places(rank).indexOf(index)] as number;
}

function instructionAt({ program }: Trace, rank: number, index: number): Instruction {
  return (program.ranks[rank] as RankProgram).instructions[index] as Instruction;
}

/** How much of a stretch of time a rank's stream is at work. */
export function workingMs(trace: Trace, rank: number, stream: Stream, fromMs: number, toMs: number): number {
  return spansOf(trace, rank, stream).reduce(
    (total, { startMs, endMs }) => total + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)),
    0,
  );
}
