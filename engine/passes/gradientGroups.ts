/**
 * Which gradients travel, and are updated, together.
 *
 * Buckets fill in reverse order of the parameters, because backward finishes the last layers first. A bucket closes
 * once it is at or over its limit; the first has a small limit of its own, so that communication starts early.
 *
 * @source PyTorch DistributedDataParallel: 25 MiB a bucket, the first 1 MiB; Li et al. 2020, arXiv:2006.15704
 */
import { product } from "../base/range";
import { BYTES_PER_ELEMENT, MiB } from "../base/units";
import type { Parameter } from "../model/model";
import type { GradientGroup } from "../program/program";

const FIRST_BUCKET_BYTES = 1 * MiB;

/**
 * Parameters that the tensor-parallel ranks hold alike, and those that each has its own part of, go into buckets of
 * their own: in the gradient norm they count differently.
 *
 * @param tp tensor-parallel ranks
 * @returns buckets in the order in which backward fills them
 */
export function gradientBuckets(parameters: readonly Parameter[], bucketBytes: number, tp: number): GradientGroup[] {
  const parts = fillBuckets(
    parameters.filter(({ shard }) => shard !== null),
    bucketBytes,
  );
  const alike = fillBuckets(
    parameters.filter(({ shard }) => shard === null),
    bucketBytes,
  );
  return [
    ...parts.map((names, i) => ({ name: `part${i}`, parameters: names, copies: 1 })),
    ...alike.map((names, i) => ({ name: `bucket${i}`, parameters: names, copies: tp })),
  ];
}

function fillBuckets(parameters: readonly Parameter[], bucketBytes: number): string[][] {
  const buckets: string[][] = [];
  let sizeBytes = Number.POSITIVE_INFINITY;
  for (const { name, shape } of parameters.toReversed()) {
    const limit = buckets.length === 1 ? Math.min(FIRST_BUCKET_BYTES, bucketBytes) : bucketBytes;
    if (sizeBytes >= limit) {
      buckets.push([]);
      sizeBytes = 0;
    }
    buckets.at(-1)?.push(name);
    sizeBytes += product(shape) * BYTES_PER_ELEMENT;
  }
  return buckets;
}
