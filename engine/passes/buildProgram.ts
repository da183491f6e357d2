/** From a scenario to its Program: the schedule's actions, then one pass after another. */
import { range } from "../base/range";
import { coordsOf, meshSize } from "../mesh/mesh";
import { allParameters, describeModel, type Model, type ModelNode } from "../model/model";
import type { Action } from "../program/action";
import type { Program, RankProgram } from "../program/program";
import { validateActions } from "../program/validate";
import { microbatchesPerRank } from "../scenario/legality";
import type { Scenario } from "../scenario/schema";
import { SCHEDULES } from "../schedules";
import { draftRank, finishRank } from "./draft";
import { expandLayers } from "./expandLayers";
import { freeAfterLastUse } from "./freeAfterLastUse";
import { gradientBuckets } from "./gradientGroups";
import { linkStreams } from "./linkStreams";
import { addOptimizerState, optimizerStep } from "./optimizerStep";
import { reduceGradients } from "./reduceGradients";

/** The schedule as actions: who runs which stage, and each pipeline rank's actions in order. */
export interface ActionTable {
  stageToRank: number[];
  ranks: Action[][];
}

/** @throws Refusal when the schedule cannot run this scenario */
export function buildActions(scenario: Scenario): ActionTable {
  const shape = { numStages: scenario.mesh.pp, numMicrobatches: microbatchesPerRank(scenario) };
  const ranks = SCHEDULES[scenario.schedule.kind](shape);
  validateActions(ranks, shape.numStages, shape.numMicrobatches);
  return { stageToRank: range(shape.numStages), ranks };
}

/**
 * The program of one training step. Ranks that differ only in their dp coordinate do the same work on other data, so
 * they share one `RankProgram` object.
 */
export function buildProgram(scenario: Scenario): Program {
  const model = describeModel(scenario.model);
  const { ranks: actions } = buildActions(scenario);
  const groups = gradientBuckets(allParameters(model), scenario.gradientSync.bucketBytes);
  const byStage = actions.map((stageActions): RankProgram => {
    const draft = draftRank();
    for (const { name, shape } of allParameters(model)) draft.addResident({ name, kind: "parameters", shape });
    addOptimizerState(draft, groups, scenario.optimizer);
    expandLayers(draft, stageActions, { model, stages: [nodesOf(model)], microbatchSize: scenario.batch.micro });
    reduceGradients(draft, { groups, overlap: scenario.gradientSync.overlap, numReplicas: scenario.mesh.dp });
    optimizerStep(draft, groups, scenario.optimizer);
    freeAfterLastUse(draft);
    linkStreams(draft);
    return finishRank(draft);
  });
  const { mesh } = scenario;
  const ranks = range(meshSize(mesh)).map((rank) => byStage[coordsOf(mesh, rank).pp] as RankProgram);
  return { mesh, ranks, groups };
}

function nodesOf(model: Model): ModelNode[] {
  return model.units.flatMap(({ nodes }) => nodes);
}
