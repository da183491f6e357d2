/**
 * Pass: ends the step. The squares of the gradients are summed, over all ranks if clipping needs their norm; then a
 * group at a time is clipped and updated; then the report to the host. Optimizer state is flat, as its group is.
 */
import { product, sum } from "../base/range";
import type { Axis } from "../mesh/mesh";
import type { GradientGroup } from "../program/program";
import type { OptimizerConfig } from "../scenario/schema";
import type { RankDraft } from "./draft";
import { flatGradName, optimizerStateName, SUM_SQUARES } from "./names";

/** The tensors that an optimizer keeps for each parameter element. */
export function optimizerStateRoles(optimizer: OptimizerConfig): string[] {
  if (optimizer.kind === "adamw") return ["adam.m", "adam.v"];
  return optimizer.momentum > 0 ? ["momentum"] : [];
}

/** Adds the resident optimizer state of each group, before any instruction. */
export function addOptimizerState(
  draft: RankDraft,
  groups: readonly GradientGroup[],
  optimizer: OptimizerConfig,
): void {
  for (const { name, parameters } of groups) {
    const elements = sum(parameters.map((parameter) => product(draft.buffers[draft.id(parameter)]?.shape ?? [])));
    for (const role of optimizerStateRoles(optimizer)) {
      draft.addResident({ name: optimizerStateName(name, role), kind: "optimizer", shape: [elements] });
    }
  }
}

/** @param shardedOver the axes along which ranks hold different parameters: the norm is a sum over them */
export function optimizerStep(
  draft: RankDraft,
  groups: readonly GradientGroup[],
  optimizer: OptimizerConfig,
  shardedOver: readonly Axis[],
): void {
  const squares = draft.add({ name: SUM_SQUARES, kind: "buffers", shape: [1] });
  const flats = groups.map(({ name }) => draft.id(flatGradName(name)));
  const shares = groups.map(({ copies }) => 1 / copies);
  draft.push({ op: "sumSquares", on: "gradients", stream: "compute", reads: flats, writes: [squares], shares });
  if (optimizer.clip !== undefined) {
    for (const axis of shardedOver) {
      draft.push({
        op: "allReduce",
        on: SUM_SQUARES,
        stream: "comm",
        axis,
        reduction: "sum",
        reads: [],
        updates: [squares],
      });
    }
  }
  groups.forEach(({ name, parameters }, i) => {
    draft.push({
      op: "optimize",
      on: name,
      stream: "compute",
      reads: [flats[i] as number, squares],
      updates: [
        ...optimizerStateRoles(optimizer).map((role) => draft.id(optimizerStateName(name, role))),
        ...parameters.map((parameter) => draft.id(parameter)),
      ],
    });
  });
  const losses = draft.buffers.flatMap(({ name, shape }, id) =>
    name.startsWith("loss#") && shape.length === 0 ? [id] : [],
  );
  draft.push({ op: "report", on: "loss", stream: "compute", reads: [squares, ...losses] });
}
