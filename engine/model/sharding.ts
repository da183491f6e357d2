/** How a parameter is cut over the tensor-parallel ranks, and put together again. */
import { product, range } from "../base/range";
import type { Shape } from "./nodeKinds";

/**
 * Cut evenly along one dimension. `blocks` counts parts along it that are each cut on their own: the columns of qkv are
 * three, so that every rank gets heads of q, of k and of v.
 */
export interface Shard {
  dim: 0 | 1;
  blocks: number;
}

export interface Sharded {
  /** Of the whole parameter, without padding. */
  fullShape: Shape;
  /** Of one rank's part; the last parts may reach beyond the whole, into padding. */
  shape: Shape;
  /** Null: every rank holds the whole. */
  shard: Shard | null;
}

/** A rank's part of a whole parameter, row-major; padding is 0. */
export function cutShard(full: Float32Array, parameter: Sharded, index: number, count: number): Float32Array {
  if (!parameter.shard) return full;
  const part = new Float32Array(product(parameter.shape));
  forEachElement(parameter, index, count, (at, fullAt) => {
    if (fullAt !== null) part[at] = full[fullAt] as number;
  });
  return part;
}

/** The whole parameter from the parts of all ranks, in their order; padding is dropped. */
export function joinShards(parts: readonly Float32Array[], parameter: Sharded): Float32Array {
  if (!parameter.shard) return parts[0] as Float32Array;
  const full = new Float32Array(product(parameter.fullShape));
  parts.forEach((part, index) => {
    forEachElement(parameter, index, parts.length, (at, fullAt) => {
      if (fullAt !== null) full[fullAt] = part[at] as number;
    });
  });
  return full;
}

/** A run of rows or columns of the whole parameter, along the dimension that is cut. */
export interface ShardRange {
  from: number;
  to: number;
}

/** What a rank holds along the cut dimension: a range a block, without padding; empty where only padding is left. */
export function shardRanges({ shape, fullShape, shard }: Sharded, index: number, count: number): ShardRange[] {
  const { dim, blocks } = shard as Shard;
  const end = fullShape[dim] as number;
  const blockSize = (shape[dim] as number) / blocks;
  return range(blocks).map((block) => {
    const from = blockStart(block, blockSize, index, count);
    return { from: Math.min(from, end), to: Math.min(from + blockSize, end) };
  });
}

/** Where a rank's part of a block begins in the whole. */
function blockStart(block: number, blockSize: number, index: number, count: number): number {
  return block * blockSize * count + index * blockSize;
}

/** Visits each element of a part with its place in the whole; null for padding. */
function forEachElement(
  { shape, fullShape, shard }: Sharded,
  index: number,
  count: number,
  visit: (at: number, fullAt: number | null) => void,
): void {
  const { dim, blocks } = shard as Shard;
  const blockSize = (shape[dim] as number) / blocks;
  const inWhole = (i: number) => blockStart(Math.floor(i / blockSize), blockSize, index, count) + (i % blockSize);
  const [rows, columns] = shape.length === 2 ? (shape as [number, number]) : [shape[0] as number, 1];
  const fullColumns = fullShape[1] ?? 1;
  for (const row of range(rows)) {
    for (const column of range(columns)) {
      const place = inWhole(dim === 0 ? row : column);
      const isPadding = place >= (fullShape[dim] as number);
      const fullAt = dim === 0 ? place * fullColumns + column : row * fullColumns + place;
      visit(row * columns + column, isPadding ? null : fullAt);
    }
  }
}
