/** Mistakes between replicas: what they read, and how they combine their gradients. */
import { product, range, sum } from "../base/range";
import { coordsOf } from "../mesh/mesh";
import { allParameters } from "../model/model";
import { describeRankModel } from "../model/tensorParallel";
import { gradientBuckets } from "../passes";
import { bufferBytes, type Instruction, type Program, type RankProgram } from "../program";
import { microbatchesPerRank, type Scenario, type ScenarioInput } from "../scenario";
import { each, movedBehind, onAllRanks, onRanks, without, withoutFirst } from "./edits";
import { inProgram, type Mistake } from "./mistake";

/**
 * Plain SGD shows what Adam hides: Adam divides a gradient by its own size, so a gradient that is n times too large
 * makes the same step.
 */
const twoReplicas = {
  model: { kind: "mlp", inputs: 4, hidden: 8, layers: 4, classes: 3 },
  optimizer: { kind: "sgd", lr: 0.5 },
  batch: { global: 8, micro: 4 },
  mesh: { dp: 2 },
  steps: 3,
} satisfies ScenarioInput;

/** A bucket for each layer: weight and bias. The inner layers are of one size, the first and the last are not. */
const bucketOfALayer = { bucketBytes: 33, overlap: false };

const averages = (instruction: Instruction): boolean => "reduction" in instruction && instruction.reduction === "mean";

const reducesAll = ({ mesh, zero }: Scenario) => mesh.dp > 1 && zero === 0;

export const sumNotMean: Mistake = {
  name: "sum-not-mean",
  title: "Gradients are summed over the replicas, not averaged",
  consequence: "each step is as many times too long as there are replicas",
  scenario: twoReplicas,
  applies: ({ mesh }) => mesh.dp > 1,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((instruction) =>
        averages(instruction) ? ({ ...instruction, reduction: "sum" } as Instruction) : instruction,
      ),
    ),
  ),
};

export const noAllReduce: Mistake = {
  name: "no-all-reduce",
  title: "Gradients are never combined over the replicas",
  consequence: "each replica learns from its own samples alone, and the replicas drift apart",
  scenario: twoReplicas,
  applies: reducesAll,
  make: inProgram((program) => onAllRanks(program, without(averages))),
};

export const bucketForgotten: Mistake = {
  name: "bucket-forgotten",
  title: "One bucket's all-reduce is forgotten",
  consequence: "the replicas drift apart in that bucket's layers, and by them everywhere",
  scenario: { ...twoReplicas, gradientSync: bucketOfALayer },
  applies: (scenario) => reducesAll(scenario) && bucketSizes(scenario).length > 1,
  make: inProgram((program) => onAllRanks(program, withoutFirst(averages))),
};

export const sameData: Mistake = {
  name: "same-data",
  title: "Every replica reads the same samples",
  consequence: "the replicas agree with each other, but learn from one replica's share of the batch",
  scenario: twoReplicas,
  applies: ({ mesh }) => mesh.dp > 1,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((instruction) => {
        if (instruction.op !== "load") return instruction;
        const { axis: _, ...load } = instruction;
        return load;
      }),
    ),
  ),
};

export const bucketTooEarly: Mistake = {
  name: "bucket-too-early",
  title: "A bucket is sent before the last micro-batch has added to it",
  consequence: "the program is refused: the gradients are gone when the next micro-batch comes to add to them",
  scenario: { ...twoReplicas, batch: { global: 8, micro: 2 } },
  applies: (scenario) => reducesAll(scenario) && microbatchesPerRank(scenario) > 1,
  make: inProgram((program) =>
    onAllRanks(
      program,
      (instructions) => {
        const flatten = instructions.find(({ op }) => op === "flatten") as Instruction;
        const reduce = instructions.find((one) => averages(one) && one.on === flatten.on) as Instruction;
        const made = instructions.filter(({ writes }) => writes.some((id) => flatten.replaces.includes(id)));
        return movedBehind(instructions, [flatten, reduce], made.at(-1) as Instruction);
      },
      "waits",
    ),
  ),
};

/** Under costs in which messages take no time this would pass unnoticed: a race is a fault even when nobody loses it. */
export const optimizerTooEarly: Mistake = {
  name: "optimizer-too-early",
  title: "The optimizer does not wait for the gradients that are still under way",
  consequence: "the program is refused: compute and messages would race for the gradients",
  scenario: { ...twoReplicas, gradientSync: bucketOfALayer },
  applies: reducesAll,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((one) => (one.op === "sumSquares" || one.op === "optimize" ? { ...one, waits: [] } : one)),
      "nothing",
    ),
  ),
};

export const otherOrder: Mistake = {
  name: "other-order",
  title: "One replica sends its buckets in another order",
  consequence: "the program is refused: the buckets that meet differ in size",
  scenario: { ...twoReplicas, gradientSync: bucketOfALayer },
  applies: (scenario) => reducesAll(scenario) && pairOf(bucketSizes(scenario), false) !== null,
  make: inProgram((program) => swapBuckets(program, false)),
};

/** A real network cannot see this one either: it adds whatever two buffers meet. */
export const bucketsMixedUp: Mistake = {
  name: "buckets-mixed-up",
  title: "One replica sends two buckets of one size in another order",
  consequence: "nothing fails, and each of the two layers learns from a mix of both their gradients",
  scenario: { ...twoReplicas, gradientSync: bucketOfALayer },
  applies: (scenario) => reducesAll(scenario) && pairOf(bucketSizes(scenario), true) !== null,
  make: inProgram((program) => swapBuckets(program, true)),
};

/** Elements of each bucket; none where the stages of a pipeline have buckets of their own. */
function bucketSizes(scenario: Scenario): number[] {
  const { mesh, gradientSync } = scenario;
  if (mesh.pp > 1) return [];
  const parameters = allParameters(describeRankModel(scenario));
  const elements = new Map(parameters.map(({ name, shape }) => [name, product(shape)]));
  return gradientBuckets(parameters, gradientSync.bucketBytes, mesh.tp).map((bucket) =>
    sum(bucket.parameters.map((name) => elements.get(name) as number)),
  );
}

/** The first two that are of one size, or that are not. */
function pairOf(sizes: readonly number[], alike: boolean): [number, number] | null {
  const pairs = range(sizes.length).flatMap((j) => range(j).map((i): [number, number] => [i, j]));
  return pairs.find(([i, j]) => (sizes[i] === sizes[j]) === alike) ?? null;
}

/** All buckets are sent after the last one is full, so that two of them can change places. */
function swapBuckets(program: Program, alike: boolean): Program {
  const isSecondReplica = (rank: number) => {
    const { dp, tp } = coordsOf(program.mesh, rank);
    return dp === 1 && tp === 0;
  };
  return onRanks(program, isSecondReplica, (instructions, { buffers }) => {
    const reduces = instructions.filter(averages);
    const sizeOf = ({ updates }: Instruction) =>
      sum(updates.map((id) => bufferBytes(buffers[id] as RankProgram["buffers"][number])));
    const [i, j] = pairOf(reduces.map(sizeOf), alike) as [number, number];
    const swapped = reduces.with(i, reduces[j] as Instruction).with(j, reduces[i] as Instruction);
    const lastFlatten = instructions.findLast(({ op }) => op === "flatten") as Instruction;
    return movedBehind(instructions, swapped, lastFlatten);
  });
}
