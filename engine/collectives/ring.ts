/**
 * Collectives in a ring, on real tensors: chunks travel from rank to rank exactly as the plan says.
 */
import { add, maximum, mul, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import { range } from "../base/range";
import { BYTES_PER_ELEMENT } from "../base/units";
import { cutFlat, joinFlat } from "../layers/flat";
import type { Reduction } from "../program/program";
import {
  chunkStarts,
  ringAllGather as gatherPlan,
  type RingMessage,
  ringAllReduce as reducePlan,
  ringReduceScatter as scatterPlan,
} from "../program/ringPlan";

/** A message as it happened. */
export interface Transfer extends RingMessage {
  bytes: number;
}

export interface RingResult {
  /** What each member holds at the end, by position in the group; the caller owns them. */
  results: Tensor1D[];
  transfers: Transfer[];
}

/** The chunks that each member holds, by position; a chunk that is not there is empty, and nobody sends it. */
export type Chunks = (Tensor1D | undefined)[][];

/** Is shown the chunks before the first message, and after each step of the ring. */
export type RingObserver = (chunks: Chunks) => void;

/**
 * Sums, averages or finds the maximum of one flat tensor over the members of a group; every member gets the result.
 *
 * @param members a tensor [P] for each position in the ring; left alone
 */
export function ringAllReduce(members: readonly Tensor1D[], reduction: Reduction, observe?: RingObserver): RingResult {
  return inRing(members.length, reduction, reducePlan, () => members.map(cutInChunks), joinFlat, observe);
}

/**
 * The same, but each member gets only the chunk of its position.
 *
 * @param members a tensor [n x C] for each of n positions; left alone
 * @returns tensors [C]
 */
export function ringReduceScatter(
  members: readonly Tensor1D[],
  reduction: Reduction,
  observe?: RingObserver,
): RingResult {
  return inRing(
    members.length,
    reduction,
    scatterPlan,
    () => members.map(cutInChunks),
    (chunks, position) => chunks[position]?.clone() as Tensor1D,
    observe,
  );
}

/**
 * Lays the chunks of all members end to end; every member gets the whole.
 *
 * @param members a tensor [C] for each of n positions; left alone
 * @returns tensors [n x C]
 */
export function ringAllGather(members: readonly Tensor1D[], observe?: RingObserver): RingResult {
  const size = members.length;
  const own = () => members.map((chunk, position) => range(size).map((i) => (i === position ? chunk : undefined)));
  return inRing(size, "sum", gatherPlan, own, joinFlat, observe);
}

function inRing(
  size: number,
  reduction: Reduction,
  plan: (size: number) => RingMessage[],
  start: () => Chunks,
  finish: (chunks: Tensor1D[], position: number) => Tensor1D,
  observe?: RingObserver,
): RingResult {
  const transfers: Transfer[] = [];
  const combine = (a: Tensor1D, b: Tensor1D): Tensor1D => (reduction === "max" ? maximum(a, b) : add(a, b));
  const results = tidy(() => {
    const chunks = start();
    observe?.(chunks);
    const messages = plan(size);
    messages.forEach((message, i) => {
      const { from, to, chunk, reduces } = message;
      const sent = chunks[from]?.[chunk];
      if (sent) {
        const receiver = chunks[to] as Chunks[number];
        receiver[chunk] = reduces ? combine(receiver[chunk] as Tensor1D, sent) : sent;
        const isComplete = reduces && message.step === size - 2;
        if (isComplete && reduction === "mean") receiver[chunk] = mul<Tensor1D>(receiver[chunk] as Tensor1D, 1 / size);
        transfers.push({ ...message, bytes: sent.size * BYTES_PER_ELEMENT });
      }
      if (messages[i + 1]?.step !== message.step) observe?.(chunks);
    });
    return chunks.map((own, position) => finish(own as Tensor1D[], position));
  });
  return { results, transfers };
}

/** One chunk a member; empty chunks, if any, are the last ones. */
function cutInChunks(tensor: Tensor1D, _: number, members: readonly Tensor1D[]): Tensor1D[] {
  const starts = chunkStarts(tensor.size, members.length);
  const sizes = range(members.length).map((i) => (starts[i + 1] as number) - (starts[i] as number));
  return cutFlat(
    tensor,
    sizes.filter((size) => size > 0).map((size) => [size]),
  ) as Tensor1D[];
}
