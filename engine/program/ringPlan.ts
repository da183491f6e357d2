/**
 * The messages of a ring collective, as a plan: who sends which chunk to whom in which step. The executor moves
 * real chunks by it, the simulator times it and the ledger counts it.
 *
 * A tensor is cut into one chunk a rank. In the reduce-scatter half each rank passes on a chunk and adds the one
 * it receives, so after n - 1 steps position p holds the finished chunk p. In the all-gather half the finished
 * chunks go round once more. Each rank sends (n-1)/n of the tensor in each half.
 *
 * @source Patarasuk and Yuan 2009, "Bandwidth optimal all-reduce algorithms for clusters of workstations"
 */
import { range } from "../base/range";

/** Positions are places in the group (0 to n - 1), not ranks. */
export interface RingMessage {
  step: number;
  from: number;
  to: number;
  chunk: number;
  /** The receiver adds the chunk to its own, or takes it as it is. */
  reduces: boolean;
}

/** Where each chunk starts; entry n is the end. As even as possible, the first chunks one element longer. */
export function chunkStarts(elements: number, numChunks: number): number[] {
  const base = Math.floor(elements / numChunks);
  const longer = elements % numChunks;
  return range(numChunks + 1).map((i) => i * base + Math.min(i, longer));
}

/** n - 1 steps after which position p holds the sum of all chunks p. */
export function ringReduceScatter(size: number): RingMessage[] {
  return ring(size, 0, true, (from, step) => from - step - 1);
}

/** n - 1 steps in which every finished chunk, first held at its own position, reaches every other. */
export function ringAllGather(size: number, firstStep = 0): RingMessage[] {
  return ring(size, firstStep, false, (from, step) => from - step);
}

export function ringAllReduce(size: number): RingMessage[] {
  return [...ringReduceScatter(size), ...ringAllGather(size, size - 1)];
}

function ring(size: number, firstStep: number, reduces: boolean, chunkOf: (from: number, step: number) => number) {
  return range(size - 1).flatMap((step) =>
    range(size).map((from): RingMessage => {
      const chunk = (chunkOf(from, step) + 2 * size) % size;
      return { step: firstStep + step, from, to: (from + 1) % size, chunk, reduces };
    }),
  );
}
