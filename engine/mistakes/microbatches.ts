/** Mistakes in adding up the gradients of micro-batches, and in what the optimizer makes of the sum. */

import type { Instruction } from "../program";
import { microbatchesPerRank, type Scenario, type ScenarioInput } from "../scenario";
import { each, onAllRanks, without } from "./edits";
import { inProgram, type Mistake } from "./mistake";

/** SGD again: with Adam, gradients that are four times too large make the same steps. */
const fourMicrobatches = {
  model: { kind: "mlp", inputs: 4, hidden: 8, layers: 2, classes: 3 },
  optimizer: { kind: "sgd", lr: 0.5 },
  batch: { global: 8, micro: 2 },
  steps: 3,
} satisfies ScenarioInput;

const accumulates = (scenario: Scenario) => microbatchesPerRank(scenario) > 1;

export const countedWhole: Mistake = {
  name: "counted-whole",
  title: "Each micro-batch counts as if it were the whole batch",
  consequence: "each step is as many times too long as there are micro-batches",
  scenario: fourMicrobatches,
  applies: accumulates,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((instruction) => ("share" in instruction ? { ...instruction, share: 1 } : instruction)),
    ),
  ),
};

export const overwritten: Mistake = {
  name: "overwritten",
  title: "A micro-batch's gradients overwrite those of the one before",
  consequence: "the model learns from the last micro-batch only",
  scenario: fourMicrobatches,
  applies: (scenario) => accumulates(scenario) && scenario.zero < 2,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((instruction) => {
        if (instruction.op !== "weightGrad") return instruction;
        const { updates } = instruction;
        return { ...instruction, updates: [], replaces: updates, writes: [...instruction.writes, ...updates] };
      }),
    ),
  ),
};

export const leftOut: Mistake = {
  name: "left-out",
  title: "The last micro-batch never runs backward",
  consequence: "the loss counts all samples, and the gradient lacks some",
  scenario: fourMicrobatches,
  applies: accumulates,
  make: inProgram((program) =>
    onAllRanks(program, (instructions, own) => {
      const last = instructions.findLast(({ op }) => op === "weightGrad")?.action?.microbatch;
      return without(({ action }) => action?.microbatch === last && action?.kind !== "F")(instructions, own);
    }),
  ),
};

/** Flat gradients carry no names: sizes fit, whatever the order. */
export const otherFlatOrder: Mistake = {
  name: "other-flat-order",
  title: "The optimizer walks through the parameters in another order than their gradients lie in",
  consequence: "every parameter is updated with the gradient of some other",
  scenario: fourMicrobatches,
  applies: ({ zero }) => zero === 0,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((instruction, { buffers }): Instruction => {
        if (instruction.op !== "optimize") return instruction;
        const isParameter = (id: number) => buffers[id]?.kind === "parameters";
        const state = instruction.updates.filter((id) => !isParameter(id));
        return { ...instruction, updates: [...state, ...instruction.updates.filter(isParameter).toReversed()] };
      }),
    ),
  ),
};
