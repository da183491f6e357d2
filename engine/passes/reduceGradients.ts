/**
 * Pass: lays each group's finished gradients end to end and averages them over the data-parallel ranks; with ZeRO-1,
 * by reduce-scatter, after which each rank's own part is finished.
 *
 * With overlap, a group is sent as soon as its last gradient is made, on the comm stream, while backward goes on;
 * without, all groups wait for the end of backward. One device has nobody to average with.
 *
 * @source Rajbhandari et al. 2020, "ZeRO", arXiv:1910.02054 section 5.1
 */
import { product, sum } from "../base/range";
import type { BufferId, GradientGroup, Instruction } from "../program/program";
import type { RankDraft } from "./draft";
import { completed } from "./draft";
import { insertAfter } from "./insert";
import { lastChange } from "./lastChange";
import { flatGradName, gradName, ownPartName } from "./names";

export interface GradientSync {
  groups: readonly GradientGroup[];
  overlap: boolean;
  /** Data-parallel ranks. */
  numReplicas: number;
  /** ZeRO-1: each rank needs only its own part of the averages. */
  scatters: boolean;
}

/** @returns the buffer of each group that the optimizer reads */
export function reduceGradients(draft: RankDraft, sync: GradientSync): BufferId[] {
  const readyAfter = lastChange(draft.instructions);
  const end = draft.instructions.length - 1;
  const inserts = new Map<number, Instruction[]>();
  const flats = sync.groups.map((group) => {
    const gradients = group.parameters.map((name) => draft.id(gradName(name)));
    const at = sync.overlap ? Math.max(...gradients.map((id) => readyAfter.get(id) ?? end)) : end;
    const { flat, instructions } = reduceGroup(draft, group, gradients, sync);
    inserts.set(at, [...(inserts.get(at) ?? []), ...instructions]);
    return flat;
  });
  insertAfter(draft, inserts);
  return sync.scatters ? flats.map((flat, i) => keepPart(draft, sync.groups[i] as GradientGroup, flat, sync)) : flats;
}

function reduceGroup(draft: RankDraft, { name }: GradientGroup, gradients: BufferId[], sync: GradientSync) {
  const { numReplicas, scatters } = sync;
  const elements = sum(gradients.map((id) => product(draft.buffers[id]?.shape ?? [])));
  const partSize = Math.ceil(elements / numReplicas);
  const shape = [scatters ? partSize * numReplicas : elements];
  const flat = draft.add({ name: flatGradName(name), kind: "gradients", shape });
  const flatten = completed({
    op: "flatten",
    on: name,
    stream: "compute",
    reads: [],
    replaces: gradients,
    writes: [flat],
  });
  if (numReplicas === 1) return { flat, instructions: [flatten] };
  // What arrives is added to a buffer of its own before it replaces the gradients: the message's working space.
  const space = draft.add({ name: `message:${name}`, kind: "buffers", shape: [partSize] });
  const base = { on: name, stream: "comm", axis: "dp", reduction: "mean", reads: [] } as const;
  const reduce = completed(
    scatters
      ? { ...base, op: "reduceScatter", blocks: 1, writes: [space], updates: [flat] }
      : { ...base, op: "allReduce", writes: [space], updates: [flat] },
  );
  return { flat, instructions: [flatten, reduce] };
}

function keepPart(draft: RankDraft, { name }: GradientGroup, flat: BufferId, { numReplicas }: GradientSync): BufferId {
  const elements = product(draft.buffers[flat]?.shape ?? []);
  const part = draft.add({ name: ownPartName(flatGradName(name)), kind: "gradients", shape: [elements / numReplicas] });
  draft.push({ op: "keepPart", on: name, stream: "compute", reads: [], replaces: [flat], writes: [part] });
  return part;
}
