/** What a collective does to the tensors of its group's devices. */
import {
  add,
  concat1d,
  dispose,
  reshape,
  slice,
  type Tensor1D,
  type Tensor3D,
  tidy,
  transpose,
  zeros,
} from "@tensorflow/tfjs-core";
import { invariant } from "../base/assert";
import { product } from "../base/range";
import { type RingObserver, ringAllGather, ringAllReduce, ringReduceScatter, type Transfer } from "../collectives/ring";
import { cutFlat, joinFlat, padTo } from "../layers/flat";
import type { AllGather, AllReduce, BufferId, Collective, ReduceScatter } from "../program/program";
import type { Device } from "./device";

/** A device and its own instruction of a collective; in the order of their positions. */
export type Member<C extends Collective = Collective> = readonly [Device, C];

/** The arithmetic of each collective; `program/collectiveKinds.ts` says the rest. */
const COLLECTIVES = { allReduce, reduceScatter, allGather };

/** Runs a collective on its group, and tells who sent what to whom. */
export function runCollective(members: readonly Member[], observe?: RingObserver): Transfer[] {
  const first = members[0]?.[1];
  invariant(first, "a collective has members");
  const run = COLLECTIVES[first.op] as (
    members: readonly Member[],
    first: Collective,
    observe?: RingObserver,
  ) => Transfer[];
  return run(members, first, observe);
}

function allReduce(
  members: readonly Member<AllReduce>[],
  { reduction }: AllReduce,
  observe?: RingObserver,
): Transfer[] {
  const flats = members.map(([device, { updates }]) => joinFlat([device.get(updates[0] as BufferId)]));
  const { results, transfers } = ringAllReduce(flats, reduction, observe);
  dispose(flats);
  for (const [i, [device, { updates, writes }]] of members.entries()) {
    putSpace(device, writes);
    putPieces(device, "replace", updates, results[i] as Tensor1D);
  }
  return transfers;
}

function reduceScatter(
  members: readonly Member<ReduceScatter>[],
  first: ReduceScatter,
  observe?: RingObserver,
): Transfer[] {
  const { reduction, blocks } = first;
  const size = members.length;
  const flats = members.map(([device, { reads, updates }]) =>
    tidy(() => {
      const whole = joinFlat((reads.length > 0 ? reads : updates).map(device.get));
      return inParts(padTo(whole, Math.ceil(whole.size / size) * size), blocks, size);
    }),
  );
  const { results, transfers } = ringReduceScatter(flats, reduction, observe);
  for (const [position, [device, { reads, updates, writes }]] of members.entries()) {
    const part = results[position] as Tensor1D;
    const [target] = updates;
    if (reads.length === 0) {
      putSpace(device, writes);
      const inPlace = replacePart(flats[position] as Tensor1D, part, position);
      putPieces(device, "replace", updates, inPlace);
      dispose(part);
    } else if (target !== undefined) {
      putPieces(device, "replace", updates, add(device.get(target) as Tensor1D, part));
      dispose(part);
    } else putPieces(device, "put", writes, part);
  }
  dispose(flats);
  return transfers;
}

function allGather(members: readonly Member<AllGather>[], { blocks }: AllGather, observe?: RingObserver): Transfer[] {
  const parts = members.map(([device, { reads }]) => joinFlat([device.get(reads[0] as BufferId)]));
  const { results, transfers } = ringAllGather(parts, observe);
  dispose(parts);
  for (const [i, [device, { updates, writes }]] of members.entries()) {
    const gathered = results[i] as Tensor1D;
    const whole = tidy(() => inBlocks(gathered, blocks, members.length));
    if (whole !== gathered) dispose(gathered);
    putPieces(device, updates.length > 0 ? "replace" : "put", updates.length > 0 ? updates : writes, whole);
  }
  return transfers;
}

/** Cuts a flat tensor, which it takes over, into a device's buffers; what is left over is padding. */
function putPieces(device: Device, how: "put" | "replace", ids: readonly BufferId[], flat: Tensor1D): void {
  const shapes = ids.map((id) => [...(device.program.buffers[id]?.shape ?? [])]);
  const [only] = shapes;
  const isWhole = only && shapes.length === 1 && product(only) === flat.size;
  const pieces = isWhole ? [reshape(flat, only)] : cutFlat(flat, shapes);
  for (const [i, piece] of pieces.entries()) device[how](ids[i] as BufferId, piece);
  dispose(flat);
}

/** The working space of a message: its contents are nobody's business, its size is. */
function putSpace(device: Device, [space]: readonly BufferId[]): void {
  if (space !== undefined) device.put(space, zeros([...(device.program.buffers[space]?.shape ?? [])]));
}

/** From blocks that each hold a piece of every part, to the parts end to end. */
function inParts(flat: Tensor1D, blocks: number, parts: number): Tensor1D {
  return swapOrder(flat, blocks, parts);
}

/** The inverse. */
function inBlocks(flat: Tensor1D, blocks: number, parts: number): Tensor1D {
  return swapOrder(flat, parts, blocks);
}

/** Pieces in `outer` rows of `inner` become `inner` rows of `outer`. */
function swapOrder(flat: Tensor1D, outer: number, inner: number): Tensor1D {
  if (outer === 1 || inner === 1) return flat;
  const pieces = reshape(flat, [outer, inner, -1]) as Tensor3D;
  return reshape(transpose(pieces, [1, 0, 2]), [-1]);
}

function replacePart(flat: Tensor1D, part: Tensor1D, position: number): Tensor1D {
  const start = position * part.size;
  const end = start + part.size;
  return tidy(() => {
    const pieces: Tensor1D[] = [part];
    if (start > 0) pieces.unshift(slice(flat, 0, start));
    if (end < flat.size) pieces.push(slice(flat, end, flat.size - end));
    return concat1d(pieces);
  });
}
