/** From a scenario to its Program: the schedule's actions, then one pass after another. */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import { type Axis, coordsOf, meshSize } from "../mesh/mesh";
import type { LayerUnit, Model } from "../model/model";
import { partitionStages } from "../model/partition";
import { describeRankModel } from "../model/tensorParallel";
import type { Program, RankProgram } from "../program/program";
import { microbatchesPerRank } from "../scenario/legality";
import type { Scenario } from "../scenario/schema";
import { customSchedule, generateSchedule, type ScheduleTable, type WorkCell } from "../schedules";
import { draftRank, finishRank } from "./draft";
import { expandLayers } from "./expandLayers";
import { freeAfterLastUse } from "./freeAfterLastUse";
import { addParameterParts, gatherParameters } from "./gatherParameters";
import { gradientBuckets, unitGroups } from "./gradientGroups";
import { insertSendRecv } from "./insertSendRecv";
import { linkStreams } from "./linkStreams";
import { addOptimizerState, optimizerStep } from "./optimizerStep";
import { reduceGradients } from "./reduceGradients";
import { scatterGradients } from "./scatterGradients";

/** A program, and the description of one rank's model that it was built from. */
export interface BuiltProgram {
  program: Program;
  model: Model;
}

/**
 * The scenario's schedule: who runs which stage, and each pipeline rank's actions in order.
 *
 * @throws Refusal when the schedule cannot run this scenario
 */
export function buildActions(scenario: Scenario): ScheduleTable {
  const { schedule, mesh } = scenario;
  const numMicrobatches = microbatchesPerRank(scenario);
  if (schedule.kind !== "custom") {
    return generateSchedule(schedule.kind, { numRanks: mesh.pp, virtual: schedule.virtual, numMicrobatches });
  }
  if (schedule.ranks.length !== mesh.pp) {
    throw new Refusal(
      `schedule.ranks has ${schedule.ranks.length} lines for mesh.pp ${mesh.pp}: write one for each pipeline rank`,
      ["schedule", "ranks"],
    );
  }
  return customSchedule({ ...schedule, numMicrobatches });
}

/**
 * The program of one training step. Ranks that differ only in their dp coordinate do the same work on other data, so
 * they share one `RankProgram` object.
 *
 * @param model what one tensor-parallel rank holds and does
 */
export function buildProgram(scenario: Scenario, model = describeRankModel(scenario)): Program {
  const { mesh } = scenario;
  checkSize(scenario, model);
  const table = buildActions(scenario);
  const stages = partitionStages(model, table.stageToRank.length);
  const byPipelineRank = range(mesh.pp).map((pp) => buildRank(scenario, model, stages, table, pp));
  const ranks = range(meshSize(mesh)).map((rank) => byPipelineRank[coordsOf(mesh, rank).pp] as RankProgram);
  return { mesh, ranks };
}

/** More passes through nodes than this, over all devices, would take minutes and gigabytes. */
const MAX_PASSES = 5e6;

/** @throws Refusal when the program would be too long to build */
function checkSize(scenario: Scenario, { units }: Model): void {
  const { dp, tp } = scenario.mesh;
  const numNodes = units.reduce((count, { nodes }) => count + nodes.length, 0);
  const passes = 3 * numNodes * microbatchesPerRank(scenario) * dp * tp;
  if (passes <= MAX_PASSES) return;
  throw new Refusal(
    `${passes} passes through layers, over all devices and micro-batches, are too many for one step here: ` +
      `use fewer devices or larger micro-batches, for at most ${MAX_PASSES}`,
    ["batch", "micro"],
  );
}

/** The program of a pipeline rank: that of all ranks with its pp coordinate. */
function buildRank(
  scenario: Scenario,
  model: Model,
  stages: readonly LayerUnit[][],
  { stageToRank, cells }: ScheduleTable,
  pp: number,
): RankProgram {
  const { batch, gradientSync, mesh, optimizer, recompute } = scenario;
  // Over one rank there is nothing to cut.
  const zero = mesh.dp > 1 ? scenario.zero : 0;
  const own = stages.filter((_, stage) => stageToRank[stage] === pp).flat();
  const parameters = own.flatMap((unit) => unit.parameters);
  const groups =
    zero > 0 ? unitGroups(own, mesh.tp, zero === 3) : gradientBuckets(parameters, gradientSync.bucketBytes, mesh.tp);
  const parts = zero > 0 ? mesh.dp : 1;
  const draft = draftRank();
  if (zero === 3) addParameterParts(draft, groups, parameters, mesh.dp);
  else for (const { name, shape } of parameters) draft.addResident({ name, kind: "parameters", shape });
  addOptimizerState(draft, groups, optimizer, parts);
  expandLayers(draft, cells[pp] as WorkCell[], {
    model,
    stages: [...stages],
    stageToRank,
    samples: batch.micro,
    numMicrobatches: microbatchesPerRank(scenario),
    recompute,
    sumsGradients: zero < 2,
  });
  insertSendRecv(draft);
  if (zero === 3) gatherParameters(draft, own, groups);
  const sync = { groups, overlap: gradientSync.overlap, numReplicas: mesh.dp };
  const gradients =
    zero < 2 ? reduceGradients(draft, { ...sync, scatters: zero === 1 }) : scatterGradients(draft, sync);
  const cutOver: Axis[] = zero > 0 ? ["dp", "tp", "pp"] : ["tp", "pp"];
  const shardedOver = cutOver.filter((axis) => mesh[axis] > 1);
  optimizerStep(draft, { groups, gradients, optimizer, shardedOver, parts });
  freeAfterLastUse(draft);
  linkStreams(draft);
  return finishRank(draft, groups);
}
