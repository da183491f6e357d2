/**
 * All-reduce in a ring, on real tensors: chunks travel from rank to rank exactly as the plan says.
 */
import { add, maximum, mul, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import { range } from "../base/range";
import { BYTES_PER_ELEMENT } from "../base/units";
import { cutFlat, joinFlat } from "../layers/flat";
import type { Reduction } from "../program/program";
import { chunkStarts, type RingMessage, ringAllReduce as ringPlan } from "../program/ringPlan";

/** A message as it happened. */
export interface Transfer extends RingMessage {
  bytes: number;
}

export interface Reduced {
  /** What each member holds at the end, by position in the group; the caller owns them. */
  results: Tensor1D[];
  transfers: Transfer[];
}

/**
 * Sums or averages one flat tensor over the members of a group; every member gets the result.
 *
 * A tensor with fewer elements than members has empty chunks: nobody sends those.
 *
 * @param members a tensor [P] for each position in the ring; left alone
 */
export function ringAllReduce(members: readonly Tensor1D[], reduction: Reduction): Reduced {
  const size = members.length;
  const starts = chunkStarts(members[0]?.size ?? 0, size);
  const sizeOf = (chunk: number) => (starts[chunk + 1] as number) - (starts[chunk] as number);
  const transfers: Transfer[] = [];
  const combine = (a: Tensor1D, b: Tensor1D): Tensor1D => (reduction === "max" ? maximum(a, b) : add(a, b));
  const results = tidy(() => {
    // Empty chunks, if any, are the last ones.
    const sizes = range(size).map(sizeOf);
    const chunks = members.map(
      (tensor) =>
        cutFlat(
          tensor,
          sizes.filter((n) => n > 0).map((n) => [n]),
        ) as Tensor1D[],
    );
    for (const message of ringPlan(size)) {
      const { from, to, chunk, reduces } = message;
      const sent = chunks[from]?.[chunk];
      if (!sent) continue;
      const receiver = chunks[to] as Tensor1D[];
      receiver[chunk] = reduces ? combine(receiver[chunk] as Tensor1D, sent) : sent;
      const isComplete = reduces && message.step === size - 2;
      if (isComplete && reduction === "mean") receiver[chunk] = mul<Tensor1D>(receiver[chunk] as Tensor1D, 1 / size);
      transfers.push({ ...message, bytes: sent.size * BYTES_PER_ELEMENT });
    }
    return chunks.map(joinFlat);
  });
  return { results, transfers };
}
