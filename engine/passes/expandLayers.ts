/**
 * Pass: turns the actions of a stage into one instruction a node and pass.
 *
 * Backward follows the model in reverse. A full backward runs a node's weight gradient right after its input gradient,
 * so that gradients are ready, and can travel, early.
 */
import { invariant } from "../base/assert";
import type { LayerUnit, ModelNode } from "../model/model";
import type { Action } from "../program/action";
import type { BufferId, Instruction } from "../program/program";
import type { Scenario } from "../scenario/schema";
import { actionsOf, type WorkCell } from "../schedules";
import { amend, type RankDraft } from "./draft";
import { type NodePassOptions, nodePasses } from "./nodePasses";
import { recomputeBefore } from "./recomputeBefore";

export interface StageExpansion extends NodePassOptions {
  /** The units of each stage, in forward order. */
  stages: LayerUnit[][];
  /** The pp coordinate that runs each stage. */
  stageToRank: readonly number[];
  recompute: Scenario["recompute"];
}

/**
 * Appends the instructions of a rank's cells, in order, to a draft that already holds its parameters. A cell starts when
 * all of it has its inputs: a forward and a backward that share one, or a backward that first computes something again.
 */
export function expandLayers(draft: RankDraft, cells: readonly WorkCell[], expansion: StageExpansion): void {
  const passes = nodePasses(draft, expansion);
  for (const cell of cells) {
    const start = draft.instructions.length;
    const numImports = draft.imports.size;
    actionsOf(cell).forEach(expandAction);
    const first = draft.instructions[start] as Instruction;
    const needs = [...draft.imports.keys()].slice(numImports).filter((id) => !first.reads.includes(id));
    if (needs.length > 0) amend(first, { needs });
  }

  function expandAction(action: Action): void {
    const units = expansion.stages[action.stage];
    invariant(units, `no stage ${action.stage}`);
    if (action.kind === "F") expandForward(units, action);
    else expandBackward(units, action);
  }

  function expandForward(units: LayerUnit[], action: Action): void {
    const { stage, microbatch } = action;
    const { first, last, input, output } = endsOf(units);
    const from = elsewhere(stage, stage - 1);
    if (from !== null) {
      const id = passes.takeValue(input, first.sizes.inFeatures, first, action);
      draft.imports.set(id, { value: input, peer: from, action });
    }
    for (const { nodes } of units) for (const node of nodes) passes.forward(node, action);
    const to = elsewhere(stage, stage + 1);
    if (to !== null) draft.exports.set(passes.valueBuffer(last.name, microbatch), { value: output, peer: to, action });
  }

  function expandBackward(units: LayerUnit[], action: Action): void {
    const { stage, kind, microbatch } = action;
    const { last, input, output } = endsOf(units);
    const from = kind === "W" ? null : elsewhere(stage, stage + 1);
    if (from !== null) {
      const id = passes.takeGradient(output, last.sizes.outFeatures, last, action);
      draft.imports.set(id, { value: `d(${output})`, peer: from, action });
    }
    for (const unit of units.toReversed()) {
      for (const node of unit.nodes.toReversed()) {
        if (kind !== "W") passes.recompute(recomputeBefore(unit, node, expansion.recompute), action);
        passes.backward(node, action);
      }
    }
    const to = kind === "W" ? null : elsewhere(stage, stage - 1);
    if (to === null) return;
    const gradient = passes.gradientBuffer(input, microbatch);
    draft.exports.set(gradient, { value: `d(${input})`, peer: to, action });
    // A full backward is one action: its gradient leaves when all of it is done, weight gradients too. That it need
    // not wait for them is what schedules that split B into I and W gain.
    if (kind === "B") holdUntilNow(gradient);
  }

  function holdUntilNow(id: BufferId): void {
    const last = draft.instructions.at(-1) as Instruction;
    amend(last, { holds: [...last.holds, id] });
  }

  /** The rank of a neighbouring stage when it is another one; null when there is no such stage, or it is here. */
  function elsewhere(stage: number, neighbour: number): number | null {
    const rank = expansion.stageToRank[neighbour];
    return rank === undefined || rank === expansion.stageToRank[stage] ? null : rank;
  }
}

/** The first and the last node of a stage, the value it takes from the stage before, and the one it hands on. */
function endsOf(units: readonly LayerUnit[]) {
  const first = units[0]?.nodes[0] as ModelNode;
  const last = units.at(-1)?.nodes.at(-1) as ModelNode;
  return { first, last, input: first.values.x as string, output: last.name };
}
