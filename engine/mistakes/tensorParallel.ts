/** Mistakes inside a layer that is cut over ranks: what is summed, where, and how often. */
import { type LayerUnit, type Model, type ModelNode, node, unit } from "../model/model";
import type { Instruction } from "../program";
import type { Scenario, ScenarioInput } from "../scenario";
import { onAllRanks, withoutFirst } from "./edits";
import { inModel, inProgram, type Mistake } from "./mistake";

/** Columns, rows, columns, rows: two pairs of cut layers, without attention or residuals. */
const twoPairs = {
  model: { kind: "mlp", inputs: 4, hidden: 8, layers: 4, classes: 3, activation: "gelu" },
  optimizer: { kind: "sgd", lr: 0.5 },
  batch: { global: 8 },
  mesh: { tp: 2 },
  steps: 3,
} satisfies ScenarioInput;

const smallGpt = {
  model: { kind: "gpt", layers: 1, hidden: 16, heads: 2, seq: 8, vocab: 16 },
  optimizer: { kind: "sgd", lr: 0.5 },
  batch: { global: 4 },
  mesh: { tp: 2 },
  steps: 3,
} satisfies ScenarioInput;

/** With whole tensors between the cut layers: f and g are all-reduces. */
const cutLayers = ({ mesh, sequenceParallel }: Scenario) => mesh.tp > 1 && !sequenceParallel;

const sumsOverTp = (instruction: Instruction) =>
  instruction.op === "allReduce" && instruction.axis === "tp" && instruction.action !== undefined;

export const backwardSumForgotten: Mistake = {
  name: "backward-sum-forgotten",
  title: "The all-reduce in the backward pass of a column layer is forgotten",
  consequence: "each rank hands down only its own columns' part of the gradient, and all layers below learn from that",
  scenario: smallGpt,
  applies: (scenario) => cutLayers(scenario) && (scenario.model.kind === "gpt" || scenario.model.layers >= 4),
  make: inProgram((program) =>
    onAllRanks(
      program,
      withoutFirst((one) => sumsOverTp(one) && one.on.startsWith("d(")),
    ),
  ),
};

export const forwardSumForgotten: Mistake = {
  name: "forward-sum-forgotten",
  title: "The all-reduce after a row layer is forgotten",
  consequence: "each rank goes on with its own partial sum, and the loss is another one from the first step",
  scenario: smallGpt,
  applies: (scenario) => cutLayers(scenario) && (scenario.model.kind === "gpt" || scenario.model.layers >= 2),
  make: inProgram((program) =>
    onAllRanks(
      program,
      withoutFirst((one) => sumsOverTp(one) && one.on.endsWith(".sum") && one.on !== "embed.sum"),
    ),
  ),
};

export const biasBeforeSum: Mistake = {
  name: "bias-before-sum",
  title: "Each rank adds a row layer's bias to its partial sum",
  consequence: "the bias is added once for each rank",
  scenario: twoPairs,
  applies: (scenario) => cutLayers(scenario) && (scenario.model.kind === "gpt" || scenario.model.layers >= 2),
  make: inModel((model) =>
    mapRowLayers(model, ({ partial, sum, bias }) => [
      { ...partial, kind: "linear", parameters: { ...partial.parameters, ...bias.parameters } },
      { ...sum, name: bias.name },
    ]),
  ),
};

/**
 * Why Megatron cuts the first layer of a pair by columns: GELU(a + b) is not GELU(a) + GELU(b). Only for GELU, whose
 * backward pass needs its input: that of tanh and ReLU would read their output, which the sum has overwritten.
 */
export const geluBeforeSum: Mistake = {
  name: "gelu-before-sum",
  title: "GELU is applied to the partial sums of a row layer, before they are added",
  consequence: "the layer computes another function: GELU of a sum is not the sum of GELUs",
  scenario: twoPairs,
  applies: ({ mesh, model }) => mesh.tp > 1 && model.kind === "mlp" && model.activation === "gelu" && model.layers >= 3,
  make: inModel((model) => {
    const after = new Map<string, string>();
    const units = model.units.map((own) => {
      const [partial, sum, bias, gelu] = own.nodes as [ModelNode, ModelNode, ModelNode, ModelNode];
      if (sum?.kind !== "sumOverRanks" || gelu?.kind !== "gelu") return own;
      after.set(gelu.name, bias.name);
      return unit(own.name, [partial, reading(gelu, partial), reading(sum, gelu), bias]);
    });
    return { ...model, units: units.map((own) => rewired(own, after)) };
  }),
};

/** Only between layers without a residual beside them: there the gradient that is summed again is nobody else's. */
export const gradientSummedTwice: Mistake = {
  name: "gradient-summed-twice",
  title: "The all-reduce that completes a sum is run again in the backward pass",
  consequence: "the gradient, which all ranks hold alike, is multiplied by their number",
  scenario: twoPairs,
  applies: ({ mesh, model }) => mesh.tp > 1 && model.kind === "mlp" && model.layers >= 2,
  make: inModel((model) =>
    mapRowLayers(model, ({ partial, sum, bias }) => {
      const again = node(`${sum.name}.again`, "copyToRanks", { x: sum.name }, sum.sizes);
      return [partial, sum, again, reading(bias, again)];
    }),
  ),
};

export const allHeadsOnEachRank: Mistake = {
  name: "all-heads-on-each-rank",
  title: "Each rank cuts its share of q, k and v into as many heads as the whole model has",
  consequence: "the shapes fit, and attention compares pieces of heads under the wrong scale",
  scenario: smallGpt,
  applies: ({ mesh, model }) => mesh.tp > 1 && model.kind === "gpt" && (model.hidden / mesh.tp) % model.heads === 0,
  make: inModel((model, { mesh }) =>
    mapNodes(model, (own) =>
      own.kind === "attention" ? { ...own, sizes: { ...own.sizes, heads: own.sizes.heads * mesh.tp } } : own,
    ),
  ),
};

/** The maximum only keeps exponentials in range, so it seems to be of no account; but all ranks must take the same. */
export const ownMaximum: Mistake = vocabularyMistake({
  name: "own-maximum",
  title: "Each rank subtracts the largest logit of its own part of the vocabulary",
  consequence: "exponentials that are added were taken under different maxima, and the probabilities do not sum to 1",
  forgotten: "loss.maxOfAll",
});

export const ownSum: Mistake = vocabularyMistake({
  name: "own-sum",
  title: "Each rank divides by the sum of exponentials of its own part of the vocabulary",
  consequence: "each rank finds probabilities that sum to 1 over its own tokens",
  forgotten: "loss.sumExpOfAll",
});

/** The gradient needs no logit of the target, so training is right: only what is reported is not. */
export const ownTarget: Mistake = vocabularyMistake({
  name: "own-target",
  title: "The target's logit is not shared by the rank that has it",
  consequence: "the model learns as it should, and the loss that is reported is not the loss",
  forgotten: "loss.targetOfAll",
});

export const normGradientsNotSummed: Mistake = {
  name: "norm-gradients-not-summed",
  title:
    "With sequence parallelism, the gradients of LayerNorm and of the row layers' biases are not summed over the ranks",
  consequence: "each rank learns them from its own positions, and the copies drift apart",
  scenario: { ...smallGpt, sequenceParallel: true },
  applies: ({ mesh, sequenceParallel }) => mesh.tp > 1 && sequenceParallel,
  make: inProgram((program) =>
    onAllRanks(program, (instructions, { groups }) => {
      const partial = new Set(groups.filter((group) => group.partial).map(({ name }) => name));
      return instructions.filter((one) => !(one.op === "allReduce" && one.axis === "tp" && partial.has(one.on)));
    }),
  ),
};

function vocabularyMistake({
  forgotten,
  ...words
}: Pick<Mistake, "name" | "title" | "consequence"> & { forgotten: string }): Mistake {
  return {
    ...words,
    scenario: smallGpt,
    applies: ({ mesh, model }) => mesh.tp > 1 && model.kind === "gpt",
    make: inProgram((program) =>
      onAllRanks(
        program,
        withoutFirst((one) => sumsOverTp(one) && one.on === forgotten),
      ),
    ),
  };
}

interface RowLayer {
  partial: ModelNode;
  sum: ModelNode;
  bias: ModelNode;
}

/** Changes each row layer: the nodes that make a partial sum, complete it and add the bias. */
function mapRowLayers(model: Model, change: (row: RowLayer) => ModelNode[]): Model {
  const units = model.units.map(({ name, nodes }) => {
    const changed = nodes.flatMap((bias, i) => {
      const [partial, sum] = nodes.slice(Math.max(0, i - 2), i);
      if (bias.kind === "biasAdd") return change({ partial, sum, bias } as RowLayer);
      return nodes[i + 1]?.kind === "biasAdd" || nodes[i + 2]?.kind === "biasAdd" ? [] : [bias];
    });
    return unit(name, changed);
  });
  return { ...model, units };
}

function mapNodes(model: Model, change: (node: ModelNode) => ModelNode): Model {
  return { ...model, units: model.units.map(({ name, nodes }) => unit(name, nodes.map(change))) };
}

/** The node with another one's output for its input. */
const reading = (own: ModelNode, from: ModelNode): ModelNode => ({ ...own, values: { ...own.values, x: from.name } });

/** The unit with values taken from elsewhere, by their names, where the unit does not make them itself. */
function rewired({ name, nodes }: LayerUnit, instead: ReadonlyMap<string, string>): LayerUnit {
  const here = new Set(nodes.map((own) => own.name));
  const source = (value: string) => (here.has(value) ? value : (instead.get(value) ?? value));
  const changed = nodes.map((own) => ({
    ...own,
    values: Object.fromEntries(Object.entries(own.values).map(([role, value]) => [role, source(value)])),
  }));
  return unit(name, changed);
}
