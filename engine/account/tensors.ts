/**
 * The named tensors of a device: when each comes to life and goes, and which instructions see to it. The same births
 * and deaths as in the ledger, told one by one.
 */
import { type Buffer, type BufferId, bufferBytes, type RankProgram } from "../program/program";
import type { Trace } from "../trace/trace";

/** One life of one tensor: a name can be made anew after it was given back. */
export interface TensorLife {
  rank: number;
  buffer: Buffer;
  bytes: number;
  /** The instruction that makes it; null: it was there before the step. */
  madeBy: number | null;
  /** The instruction that frees it, or that another tensor takes over from; null: it outlives the step. */
  freedBy: number | null;
  /** From the start of its maker to the end of what frees it; 0 and the end of the step if there is none. */
  fromMs: number;
  toMs: number;
}

const known = new WeakMap<Trace, Map<number, TensorLife[]>>();

/** All tensors that a rank ever holds, in order of birth. Found once a trace and rank. */
export function tensorLives(trace: Trace, rank: number): TensorLife[] {
  const byRank = known.get(trace) ?? new Map<number, TensorLife[]>();
  known.set(trace, byRank);
  const lives = byRank.get(rank) ?? findLives(trace, rank);
  byRank.set(rank, lives);
  return lives;
}

function findLives(trace: Trace, rank: number): TensorLife[] {
  const { buffers, resident, instructions } = trace.program.ranks[rank] as RankProgram;
  const startMs = trace.startMs[rank] as Float64Array;
  const endMs = trace.endMs[rank] as Float64Array;
  const lives: TensorLife[] = [];
  const alive = new Map<BufferId, TensorLife>();
  const give = (id: BufferId, madeBy: number | null) => {
    const buffer = buffers[id] as Buffer;
    const fromMs = madeBy === null ? 0 : (startMs[madeBy] as number);
    const life = { rank, buffer, bytes: bufferBytes(buffer), madeBy, freedBy: null, fromMs, toMs: trace.stepMs };
    alive.set(id, life);
    lives.push(life);
  };
  const take = (id: BufferId, freedBy: number, toMs: number) => {
    const life = alive.get(id);
    if (!life) return;
    life.freedBy = freedBy;
    life.toMs = toMs;
    alive.delete(id);
  };
  for (const id of resident) give(id, null);
  // Who uses a tensor waits for its maker, so the order of the program is the order of its lives.
  instructions.forEach(({ replaces, writes, frees }, index) => {
    for (const id of replaces) take(id, index, startMs[index] as number);
    for (const id of writes) give(id, index);
    for (const id of frees) take(id, index, endMs[index] as number);
  });
  return lives;
}

/** The tensors alive at a time, the largest first; what ends or begins at that very time has ended and begun. */
export function tensorsAt(trace: Trace, rank: number, timeMs: number): TensorLife[] {
  return tensorLives(trace, rank)
    .filter(({ fromMs, toMs, freedBy }) => fromMs <= timeMs && (timeMs < toMs || freedBy === null))
    .sort((a, b) => b.bytes - a.bytes);
}
