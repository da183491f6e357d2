/** What simulating a program gives: the start and end of every instruction, and simple questions to them. */
import type { IssueOrder } from "../program/issueOrder";
import type { Instruction, Program, RankProgram, Stream } from "../program/program";

export interface Trace {
  readonly program: Program;
  /** An order in which it can happen, used where two things happen at one time. */
  readonly order: IssueOrder;
  /** By rank, then by instruction. */
  readonly startMs: readonly Float64Array[];
  readonly endMs: readonly Float64Array[];
  /** The end of the last instruction. */
  readonly stepMs: number;
  /** Whether a message keeps the streams of both its ends busy; else what comes after it need not wait for its end. */
  readonly messagesOccupyStreams: boolean;
}

export interface Span {
  rank: number;
  index: number;
  instruction: Instruction;
  startMs: number;
  endMs: number;
}

/** The spans of one rank in program order, or of one of its streams. */
export function spansOf(trace: Trace, rank: number, stream?: Stream): Span[] {
  const { instructions } = trace.program.ranks[rank] as RankProgram;
  return instructions.flatMap((instruction, index) =>
    stream && instruction.stream !== stream ? [] : [spanAt(trace, rank, index)],
  );
}

export function spanAt({ program, startMs, endMs }: Trace, rank: number, index: number): Span {
  return {
    rank,
    index,
    instruction: program.ranks[rank]?.instructions[index] as Instruction,
    startMs: startMs[rank]?.[index] as number,
    endMs: endMs[rank]?.[index] as number,
  };
}

export interface Busy {
  busyMs: number;
  idleMs: number;
  /** Of the first operation that takes time; 0 when none does. */
  firstStartMs: number;
  lastEndMs: number;
}

/** How a rank's compute stream spends the step. */
export function busyOf(trace: Trace, rank: number): Busy {
  const working = spansOf(trace, rank, "compute").filter(({ startMs, endMs }) => endMs > startMs);
  const busyMs = working.reduce((total, { startMs, endMs }) => total + (endMs - startMs), 0);
  return {
    busyMs,
    idleMs: trace.stepMs - busyMs,
    firstStartMs: working[0]?.startMs ?? 0,
    lastEndMs: working.at(-1)?.endMs ?? 0,
  };
}

export interface Bubble {
  /** Idle device time over all device time. */
  idleOverTotal: number;
  /** Idle device time over the time that the work itself takes. */
  idleOverIdeal: number;
}

/** The share of device time in which nothing is computed, under both definitions in use. */
export function bubble(trace: Trace): Bubble {
  const ranks = trace.program.ranks.map((_, rank) => busyOf(trace, rank));
  const idle = ranks.reduce((total, { idleMs }) => total + idleMs, 0);
  const busy = ranks.reduce((total, { busyMs }) => total + busyMs, 0);
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return { idleOverTotal: share(idle, idle + busy), idleOverIdeal: share(idle, busy) };
}

/** Time in which a rank sends or receives while it computes nothing: communication that is not hidden. */
export function exposedCommMs(trace: Trace, rank: number): number {
  const compute = spansOf(trace, rank, "compute").filter(({ startMs, endMs }) => endMs > startMs);
  return spansOf(trace, rank, "comm").reduce((total, comm) => {
    const hidden = compute.reduce((ms, { startMs, endMs }) => {
      return ms + Math.max(0, Math.min(endMs, comm.endMs) - Math.max(startMs, comm.startMs));
    }, 0);
    return total + (comm.endMs - comm.startMs) - hidden;
  }, 0);
}
