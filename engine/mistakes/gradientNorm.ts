/**
 * Mistakes in the gradient norm, which has to be the same number on every rank. Clipping makes them matter; with Adam
 * they hide, since Adam takes out any factor, unless it changes from step to step.
 */

import { SUM_SQUARES } from "../passes";
import type { Instruction, Program } from "../program";
import type { Scenario, ScenarioInput } from "../scenario";
import { each, movedBehind, onAllRanks, without } from "./edits";
import { inProgram, type Mistake } from "./mistake";

/** So tight a clip that every step is clipped, and the norm decides how long it is. */
const clipped = {
  model: { kind: "gpt", layers: 1, hidden: 16, heads: 2, seq: 8, vocab: 16 },
  optimizer: { kind: "sgd", lr: 0.5, clip: 0.2 },
  batch: { global: 4 },
  mesh: { tp: 2 },
  steps: 3,
} satisfies ScenarioInput;

const sumsNorm = ({ op, on }: Instruction) => op === "allReduce" && on === SUM_SQUARES;
const clips = ({ optimizer }: Scenario) => optimizer.clip !== undefined;

export const copiesCounted: Mistake = {
  name: "copies-counted",
  title: "The gradient norm counts what all tensor-parallel ranks hold alike once for each rank",
  consequence: "the norm is too large, and the gradients are clipped too hard",
  scenario: clipped,
  applies: ({ mesh }) => mesh.tp > 1,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((one) => (one.op === "sumSquares" ? { ...one, shares: one.shares.map(() => 1) } : one)),
    ),
  ),
};

export const normOfOwnShard: Mistake = {
  name: "norm-of-own-shard",
  title: "Each rank clips by the norm of the gradients that it holds itself",
  consequence: "the ranks scale one gradient by different factors, and what they hold alike drifts apart",
  scenario: clipped,
  applies: (scenario) => {
    const { mesh, zero } = scenario;
    return clips(scenario) && (mesh.tp > 1 || mesh.pp > 1 || (zero > 0 && mesh.dp > 1));
  },
  make: inProgram((program) => onAllRanks(program, without(sumsNorm))),
};

export const normBeforeAverage: Mistake = {
  name: "norm-before-average",
  title: "The gradient norm is taken before the gradients are averaged over the replicas",
  consequence: "each replica clips the same average by a factor of its own, and the replicas drift apart",
  scenario: { ...clipped, mesh: { dp: 2 } },
  applies: (scenario) => clips(scenario) && scenario.mesh.dp > 1 && scenario.zero === 0,
  make: inProgram(
    (program): Program =>
      onAllRanks(program, (instructions) => {
        const averages = instructions.filter((one) => one.op === "allReduce" && one.reduction === "mean");
        const norm = instructions.find(({ op }) => op === "sumSquares") as Instruction;
        return movedBehind(instructions, averages, norm);
      }),
  ),
};
