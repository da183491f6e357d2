/**
 * Pass: lays each group's finished gradients end to end and averages them over the data-parallel ranks.
 *
 * With overlap, a group is sent as soon as its last gradient is made, on the comm stream, while backward goes on;
 * without, all groups wait for the end of backward. One device has nobody to average with.
 */
import { product, sum } from "../base/range";
import type { BufferId, GradientGroup } from "../program/program";
import type { RankDraft } from "./draft";
import { completed } from "./draft";
import { lastChange } from "./lastChange";
import { flatGradName, gradName } from "./names";

export interface GradientSync {
  groups: readonly GradientGroup[];
  overlap: boolean;
  /** Data-parallel ranks. */
  numReplicas: number;
}

export function reduceGradients(draft: RankDraft, { groups, overlap, numReplicas }: GradientSync): void {
  const readyAfter = lastChange(draft.instructions);
  const end = draft.instructions.length - 1;
  const inserts = groups.map((group) => {
    const gradients = group.parameters.map((name) => draft.id(gradName(name)));
    const at = overlap ? Math.max(...gradients.map((id) => readyAfter.get(id) ?? end)) : end;
    return { at, instructions: reduceGroup(draft, group, gradients, numReplicas) };
  });
  const woven = draft.instructions.flatMap((instruction, index) => [
    instruction,
    ...inserts.filter(({ at }) => at === index).flatMap(({ instructions }) => instructions),
  ]);
  draft.instructions.length = 0;
  for (const instruction of woven) draft.instructions.push(instruction);
}

function reduceGroup(draft: RankDraft, { name }: GradientGroup, gradients: BufferId[], numReplicas: number) {
  const elements = sum(gradients.map((id) => product(draft.buffers[id]?.shape ?? [])));
  const flat = draft.add({ name: flatGradName(name), kind: "gradients", shape: [elements] });
  const flatten = completed({
    op: "flatten",
    on: name,
    stream: "compute",
    reads: [],
    replaces: gradients,
    writes: [flat],
  });
  if (numReplicas === 1) return [flatten];
  // What arrives is added to a buffer of its own before it replaces the gradients: the message's working space.
  const space = draft.add({ name: `message:${name}`, kind: "buffers", shape: [Math.ceil(elements / numReplicas)] });
  const allReduce = completed({
    op: "allReduce",
    on: name,
    stream: "comm",
    axis: "dp",
    reduction: "mean",
    reads: [],
    writes: [space],
    updates: [flat],
  });
  return [flatten, allReduce];
}
