/**
 * Which gradients travel, and are updated, together: buckets of some size, or all of a layer unit.
 *
 * Buckets fill in reverse order of the parameters, because backward finishes the last layers first. A bucket closes
 * once it is at or over its limit; the first has a small limit of its own, so that communication starts early.
 *
 * @source PyTorch DistributedDataParallel: 25 MiB a bucket, the first 1 MiB; Li et al. 2020, arXiv:2006.15704
 */
import { product } from "../base/range";
import { BYTES_PER_ELEMENT, MiB } from "../base/units";
import type { LayerUnit, Parameter } from "../model/model";
import type { GradientGroup } from "../program/program";
import { partName } from "./names";

const FIRST_BUCKET_BYTES = 1 * MiB;

/**
 * Parameters that the tensor-parallel ranks hold alike, and those that each has its own part of, go into buckets of
 * their own: in the gradient norm they count differently.
 *
 * @param tp tensor-parallel ranks
 * @returns buckets in the order in which backward fills them
 */
export function gradientBuckets(parameters: readonly Parameter[], bucketBytes: number, tp: number): GradientGroup[] {
  const { parts, alike } = byCut(parameters);
  return [
    ...fillBuckets(parts, bucketBytes).map((bucket, i) => groupOf(`part${i}`, bucket, 1)),
    ...fillBuckets(alike, bucketBytes).map((bucket, i) => groupOf(`bucket${i}`, bucket, tp)),
  ];
}

/**
 * A group a layer unit, as ZeRO cuts it over the data-parallel ranks; two where tensor parallelism cuts some of its
 * parameters and not others.
 *
 * @param cutsParameters ZeRO-3: a rank keeps only its part of the parameters
 * @returns groups in the order in which backward fills them
 */
export function unitGroups(units: readonly LayerUnit[], tp: number, cutsParameters: boolean): GradientGroup[] {
  return units.toReversed().flatMap(({ name, parameters }) => {
    const { parts, alike } = byCut(parameters);
    const groups = [groupOf(`${name}.tp`, parts, 1), groupOf(name, alike, tp)].filter(
      (group) => group.parameters.length > 0,
    );
    return groups.map((group) => ({ ...group, keptIn: cutsParameters ? partName(group.name) : null }));
  });
}

function byCut(parameters: readonly Parameter[]) {
  return {
    parts: parameters.filter(({ shard }) => shard !== null),
    alike: parameters.filter(({ shard }) => shard === null),
  };
}

function groupOf(name: string, parameters: readonly Parameter[], copies: number): GradientGroup {
  const partial = parameters.some(({ partialGradient }) => partialGradient);
  return { name, parameters: parameters.map((parameter) => parameter.name), copies, partial, keptIn: null };
}

function fillBuckets(parameters: readonly Parameter[], bucketBytes: number): Parameter[][] {
  const buckets: Parameter[][] = [];
  let sizeBytes = Number.POSITIVE_INFINITY;
  for (const parameter of parameters.toReversed()) {
    const limit = buckets.length === 1 ? Math.min(FIRST_BUCKET_BYTES, bucketBytes) : bucketBytes;
    if (sizeBytes >= limit) {
      buckets.push([]);
      sizeBytes = 0;
    }
    buckets.at(-1)?.push(parameter);
    sizeBytes += product(parameter.shape) * BYTES_PER_ELEMENT;
  }
  return buckets;
}
