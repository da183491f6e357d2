/**
 * The device mesh: ranks laid out along the axes dp, pp and tp.
 *
 * The order is Megatron's: tp is fastest (neighbouring ranks, the fastest links), then dp, and pp is slowest.
 *
 * @source Megatron-LM, arXiv:2104.04473 section 3
 */
import { invariant } from "../base/assert";
import { product, range } from "../base/range";

/** The axes from the fastest to the slowest. */
export const AXES = ["tp", "dp", "pp"] as const;
export type Axis = (typeof AXES)[number];
export type MeshShape = Readonly<Record<Axis, number>>;
export type Coords = Record<Axis, number>;

/** How many devices the mesh holds. */
export function meshSize(shape: MeshShape): number {
  return product(AXES.map((axis) => shape[axis]));
}

/** How far two neighbours along an axis are apart in rank numbers. */
function strideOf(shape: MeshShape, axis: Axis): number {
  return product(AXES.slice(0, AXES.indexOf(axis)).map((faster) => shape[faster]));
}

export function coordsOf(shape: MeshShape, rank: number): Coords {
  const along = (axis: Axis) => Math.floor(rank / strideOf(shape, axis)) % shape[axis];
  return { dp: along("dp"), pp: along("pp"), tp: along("tp") };
}

export function rankAt(shape: MeshShape, coords: Coords): number {
  for (const axis of AXES) invariant(coords[axis] < shape[axis], `no coordinate ${axis}=${coords[axis]} in this mesh`);
  return AXES.reduce((rank, axis) => rank + coords[axis] * strideOf(shape, axis), 0);
}

/** The ranks that differ from `rank` along `axis` only, itself among them, in the order of their coordinate. */
export function groupOf(shape: MeshShape, axis: Axis, rank: number): number[] {
  const coords = coordsOf(shape, rank);
  return range(shape[axis]).map((i) => rankAt(shape, { ...coords, [axis]: i }));
}

/** For each rank, the group it is in along an axis; the members of a group share one array. */
export function groupsByRank(shape: MeshShape, axis: Axis): number[][] {
  const byRank: number[][] = [];
  for (const group of groups(shape, axis)) for (const rank of group) byRank[rank] = group;
  return byRank;
}

/** All groups along an axis, ordered by their first rank. */
export function groups(shape: MeshShape, axis: Axis): number[][] {
  return range(meshSize(shape))
    .filter((rank) => coordsOf(shape, rank)[axis] === 0)
    .map((rank) => groupOf(shape, axis, rank));
}
