/**
 * Pass: ends the step. The squares of the gradients are summed, over all ranks if clipping needs their norm; then a
 * group at a time is clipped and updated; then the report to the host. Optimizer state is flat, as its group is, and
 * with ZeRO each data-parallel rank has its part of it.
 */
import { product, sum } from "../base/range";
import type { Axis } from "../mesh/mesh";
import type { BufferId, GradientGroup } from "../program/program";
import type { OptimizerConfig } from "../scenario/schema";
import type { RankDraft } from "./draft";
import { optimizerStateName, partName, SUM_SQUARES } from "./names";

/** The tensors that an optimizer keeps for each parameter element. */
export function optimizerStateRoles(optimizer: OptimizerConfig): string[] {
  if (optimizer.kind === "adamw") return ["adam.m", "adam.v"];
  return optimizer.momentum > 0 ? ["momentum"] : [];
}

/**
 * Adds the resident optimizer state of each group, before any instruction.
 *
 * @param parts data-parallel ranks that it is cut over; 1 without ZeRO
 */
export function addOptimizerState(
  draft: RankDraft,
  groups: readonly GradientGroup[],
  optimizer: OptimizerConfig,
  parts: number,
): void {
  for (const group of groups) {
    for (const role of optimizerStateRoles(optimizer)) {
      const shape = [partSizeOf(draft, group, parts)];
      draft.addResident({ name: optimizerStateName(group.name, role), kind: "optimizer", shape });
    }
  }
}

/** Elements of a rank's part of a group: all parts are of one size, the last one padded. */
export function partSizeOf(draft: RankDraft, { parameters }: GradientGroup, parts: number): number {
  const elements = sum(parameters.map((parameter) => product(draft.buffers[draft.id(parameter)]?.shape ?? [])));
  return Math.ceil(elements / parts);
}

export interface OptimizerStep {
  parts: number;
  groups: readonly GradientGroup[];
  /** Of each group. */
  gradients: readonly BufferId[];
  optimizer: OptimizerConfig;
  /** The axes along which ranks hold different gradients: the norm is a sum over them. */
  shardedOver: readonly Axis[];
}

export function optimizerStep(draft: RankDraft, step: OptimizerStep): void {
  const { groups, gradients, optimizer, shardedOver } = step;
  const sumOver = (axis: Axis, on: string, id: BufferId) =>
    draft.push({ op: "allReduce", on, stream: "comm", axis, reduction: "sum", reads: [], updates: [id] });
  groups.forEach(({ name, partial }, i) => {
    if (partial) sumOver("tp", name, gradients[i] as BufferId);
  });
  const squares = draft.add({ name: SUM_SQUARES, kind: "buffers", shape: [1] });
  const shares = groups.map(({ copies }) => 1 / copies);
  draft.push({ op: "sumSquares", on: "gradients", stream: "compute", reads: gradients, writes: [squares], shares });
  if (optimizer.clip !== undefined) for (const axis of shardedOver) sumOver(axis, SUM_SQUARES, squares);
  groups.forEach((group, i) => {
    optimizeGroup(draft, group, [gradients[i] as BufferId, squares], step);
  });
  const losses = draft.buffers.flatMap(({ name, shape }, id) =>
    name.startsWith("loss#") && shape.length === 0 ? [id] : [],
  );
  draft.push({ op: "report", on: "loss", stream: "compute", reads: [squares, ...losses] });
}

/** With ZeRO-1 and 2 a rank finds the new values of its part, and all gather the parts. */
function optimizeGroup(draft: RankDraft, group: GradientGroup, reads: BufferId[], step: OptimizerStep): void {
  const { name } = group;
  const base = { op: "optimize", on: name, stream: "compute" } as const;
  const state = optimizerStateRoles(step.optimizer).map((role) => draft.id(optimizerStateName(name, role)));
  const parameters = group.keptIn ? [draft.id(group.keptIn)] : group.parameters.map(draft.id);
  if (step.parts === 1 || group.keptIn) {
    draft.push({ ...base, reads, updates: [...state, ...parameters] });
    return;
  }
  const shape = [partSizeOf(draft, group, step.parts)];
  const part = draft.add({ name: partName(name), kind: "buffers", shape });
  draft.push({ ...base, reads: [...reads, ...parameters], updates: state, writes: [part] });
  draft.push({
    op: "allGather",
    on: name,
    stream: "comm",
    axis: "dp",
    blocks: 1,
    reads: [part],
    updates: parameters,
  });
}
