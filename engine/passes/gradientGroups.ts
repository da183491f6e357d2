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

/** @returns buckets in the order in which backward fills them */
export function gradientBuckets(parameters: readonly Parameter[], bucketBytes: number): GradientGroup[] {
  const buckets: { name: string; parameters: string[] }[] = [];
  let sizeBytes = Number.POSITIVE_INFINITY;
  for (const { name, shape } of parameters.toReversed()) {
    const limit = buckets.length === 1 ? Math.min(FIRST_BUCKET_BYTES, bucketBytes) : bucketBytes;
    if (sizeBytes >= limit) {
      buckets.push({ name: `bucket${buckets.length}`, parameters: [] });
      sizeBytes = 0;
    }
    buckets.at(-1)?.parameters.push(name);
    sizeBytes += product(shape) * BYTES_PER_ELEMENT;
  }
  return buckets;
}
