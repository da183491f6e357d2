/**
 * Pass: ZeRO-2 and 3. As soon as a unit's gradient of a micro-batch is made it is reduce-scattered, and each rank adds
 * what it gets to its own part; the whole gradient is gone after that. So no rank ever holds all gradients, and the
 * gradients are sent once a micro-batch, not once a step.
 *
 * Without overlap, they are sent when the action that made them ends.
 *
 * @source Rajbhandari et al. 2020, "ZeRO", arXiv:1910.02054 section 5.2
 */
import { product, sum } from "../base/range";
import { type Action, formatAction } from "../program/action";
import type { BufferId, GradientGroup, Instruction } from "../program/program";
import { completed, type RankDraft } from "./draft";
import { insertAfter } from "./insert";
import { flatGradName, ownGradName } from "./names";

export interface GradientScatter {
  groups: readonly GradientGroup[];
  overlap: boolean;
  /** Data-parallel ranks. */
  numReplicas: number;
}

/** @returns the buffer of each group's own part */
export function scatterGradients(draft: RankDraft, { groups, overlap, numReplicas }: GradientScatter): BufferId[] {
  const madeAt = new Map<BufferId, number>();
  const actionEnds = new Map<string, number>();
  const microbatches = new Set<number>();
  draft.instructions.forEach(({ op, action, stream, writes }, index) => {
    if (stream !== "compute" || !action) return;
    actionEnds.set(formatAction(action), index);
    if (op !== "weightGrad") return;
    microbatches.add(action.microbatch);
    for (const id of writes) madeAt.set(id, index);
  });
  const inserts = new Map<number, Instruction[]>();
  const parts = groups.map((group) => {
    const uses = [...microbatches].map((microbatch) => {
      const gradients = group.parameters.map((name) => draft.id(ownGradName(name, microbatch)));
      const at = Math.max(...gradients.map((id) => madeAt.get(id) as number));
      const action = draft.instructions[at]?.action as Action;
      return { gradients, action, at: overlap ? at : (actionEnds.get(formatAction(action)) as number) };
    });
    const elements = sum((uses[0]?.gradients ?? []).map((id) => product(draft.buffers[id]?.shape ?? [])));
    const shape = [Math.ceil(elements / numReplicas)];
    const part = draft.add({ name: flatGradName(group.name), kind: "gradients", shape });
    const inOrder = uses.toSorted((a, b) => a.at - b.at);
    for (const [i, { gradients, action, at }] of inOrder.entries()) {
      const scatter = completed({
        op: "reduceScatter",
        on: group.name,
        stream: "comm",
        action,
        axis: "dp",
        reduction: "mean",
        blocks: 1,
        reads: gradients,
        ...(i === 0 ? { writes: [part] } : { updates: [part] }),
      });
      inserts.set(at, [...(inserts.get(at) ?? []), scatter]);
    }
    return part;
  });
  insertAfter(draft, inserts);
  return parts;
}
