/**
 * Pass: ends the step. The gradient norm over all groups, then clipping and the update, a group at a time, then the
 * report to the host. Optimizer state is flat, in the layout of its group.
 */
import { product, sum } from "../base/range";
import type { GradientGroup } from "../program/program";
import type { OptimizerConfig } from "../scenario/schema";
import type { RankDraft } from "./draft";
import { flatGradName, GRAD_NORM, optimizerStateName } from "./names";

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

export function optimizerStep(draft: RankDraft, groups: readonly GradientGroup[], optimizer: OptimizerConfig): void {
  const norm = draft.add({ name: GRAD_NORM, kind: "buffers", shape: [] });
  const flats = groups.map(({ name }) => draft.id(flatGradName(name)));
  draft.push({ op: "gradNorm", on: "gradients", stream: "compute", reads: flats, writes: [norm] });
  groups.forEach(({ name, parameters }, i) => {
    draft.push({
      op: "optimize",
      on: name,
      stream: "compute",
      reads: [flats[i] as number, norm],
      updates: [
        ...optimizerStateRoles(optimizer).map((role) => draft.id(optimizerStateName(name, role))),
        ...parameters.map((parameter) => draft.id(parameter)),
      ],
    });
  });
  const losses = draft.buffers.flatMap(({ name, shape }, id) =>
    name.startsWith("loss#") && shape.length === 0 ? [id] : [],
  );
  draft.push({ op: "report", on: "loss", stream: "compute", reads: [...losses, norm] });
}
