/** Mistakes that exist only where several axes meet: what belongs to one axis is done along another. */
import type { Instruction } from "../program";
import type { ScenarioInput } from "../scenario";
import { each, onAllRanks } from "./edits";
import { inProgram, type Mistake } from "./mistake";

/** Two replicas, each a pair that shares every layer. */
const twoPairs = {
  model: { kind: "gpt", layers: 1, hidden: 16, heads: 2, seq: 8, vocab: 16 },
  optimizer: { kind: "sgd", lr: 0.5 },
  batch: { global: 8, micro: 2 },
  mesh: { dp: 2, tp: 2 },
  steps: 3,
} satisfies ScenarioInput;

/** Where all shards have the same shapes, nothing tells the program that it mixes different parameters. */
export const averagedAlongTp: Mistake = {
  name: "averaged-along-tp",
  title: "Gradients are averaged along the tensor axis, too",
  consequence: "shards of different parameters are mixed, and each learns from the average of both",
  scenario: twoPairs,
  applies: ({ mesh, zero }) => mesh.dp > 1 && mesh.tp > 1 && zero === 0,
  make: inProgram((program) =>
    onAllRanks(program, (instructions) =>
      instructions.flatMap((one): Instruction[] =>
        one.op === "allReduce" && one.axis === "dp" && one.reduction === "mean"
          ? [one, { ...one, axis: "tp", writes: [] }]
          : [one],
      ),
    ),
  ),
};

/** There must be as many parts of the batch as the wrong axis asks for. */
export const loadedAlongTp: Mistake = {
  name: "loaded-along-tp",
  title: "The data loader is given the place along the tensor axis for the place along the data axis",
  consequence:
    "the devices that share a layer read different samples, and add up parts of products that do not belong together",
  scenario: twoPairs,
  applies: ({ mesh }) => mesh.tp > 1 && mesh.tp <= mesh.dp,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((one) => (one.op === "load" ? { ...one, axis: "tp" } : one)),
    ),
  ),
};
