/**
 * The kinds of node a model is made of: for each, the shapes it makes, what its backward passes need, and its
 * FLOPs. No tensors here: `layers/` holds the arithmetic, `execute/kernels.ts` joins the two.
 *
 * All activations are `[rows, features]`, rows = samples x sequence positions of one micro-batch.
 *
 * A pass names what it reads by *role*: `x` the input, `y` the output, `dy` the output's gradient, `r` the
 * residual branch, `targets`, the names of what forward saved, and the roles of the parameters.
 */
import { product } from "../base/range";

export type Role = string;
export type Shape = readonly number[];

/** The sizes that a node's shapes and FLOPs are computed from. */
export interface NodeSizes {
  inFeatures: number;
  outFeatures: number;
  /** Positions of one sequence that the rank works on; 1 for models without sequences. */
  seq: number;
  heads: number;
}

/** Rows of a node's output for so many samples. */
export const rowsOf = ({ seq }: Pick<NodeSizes, "seq">, samples: number): number => samples * seq;

/** What a node does with its tensor-parallel group instead of arithmetic of its own; null: nothing, it passes on. */
export interface Exchange {
  forward: ExchangeStep | null;
  backward: ExchangeStep | null;
}

export type ExchangeStep =
  | { op: "allReduce"; reduction: "sum" | "max" }
  /** Each rank's positions of every sequence to all positions. */
  | { op: "allGather" }
  /** All positions to the sum of each rank's own. */
  | { op: "reduceScatter"; reduction: "sum" };

export interface PassCosts {
  forward: number;
  inputGrad: number;
  weightGrad: number;
}

export interface NodeKind {
  /** What forward keeps for backward beside its input and output: shape by role. */
  saved(sizes: NodeSizes, rows: number): Record<Role, Shape>;
  outputShape(sizes: NodeSizes, rows: number): Shape;
  parameterShapes(sizes: NodeSizes): Record<Role, Shape>;
  forwardReads: readonly Role[];
  /** Null: the gradient passes through unchanged, or there is nothing before this node. */
  inputGradReads: readonly Role[] | null;
  /** Null: no parameters. */
  weightGradReads: readonly Role[] | null;
  flops(sizes: NodeSizes, rows: number): PassCosts;
  exchange?: Exchange;
}

const features = ({ outFeatures }: NodeSizes, rows: number): Shape => [rows, outFeatures];
const nothing = () => ({});

/** FLOPs of a node that does the same small work on each element. An estimate: such nodes are bound by memory. */
const perElement =
  (forward: number, inputGrad: number, weightGrad = 0) =>
  (sizes: NodeSizes, rows: number) => ({
    forward: forward * rows * sizes.outFeatures,
    inputGrad: inputGrad * rows * sizes.outFeatures,
    weightGrad: weightGrad * rows * sizes.outFeatures,
  });

const elementwise = (backwardNeeds: "x" | "y", forward: number, inputGrad: number): NodeKind => ({
  saved: nothing,
  outputShape: features,
  parameterShapes: nothing,
  forwardReads: ["x"],
  inputGradReads: ["dy", backwardNeeds],
  weightGradReads: null,
  flops: perElement(forward, inputGrad),
});

const linear = (hasBias: boolean): NodeKind => ({
  saved: nothing,
  outputShape: features,
  parameterShapes: ({ inFeatures, outFeatures }) => ({
    weight: [inFeatures, outFeatures],
    ...(hasBias ? { bias: [outFeatures] } : {}),
  }),
  forwardReads: hasBias ? ["x", "weight", "bias"] : ["x", "weight"],
  inputGradReads: ["dy", "weight"],
  weightGradReads: ["dy", "x"],
  // A matrix product of [a, b] and [b, c] is 2abc FLOPs, and each backward half is one product of the same size.
  flops: ({ inFeatures, outFeatures }, rows) => {
    const productFlops = 2 * rows * inFeatures * outFeatures;
    return { forward: productFlops, inputGrad: productFlops, weightGrad: productFlops };
  },
});

const layerNorm: NodeKind = {
  saved: ({ inFeatures }, rows) => ({ xhat: [rows, inFeatures], rstd: [rows, 1] }),
  outputShape: features,
  parameterShapes: ({ inFeatures }) => ({ weight: [inFeatures], bias: [inFeatures] }),
  forwardReads: ["x", "weight", "bias"],
  inputGradReads: ["dy", "weight", "xhat", "rstd"],
  weightGradReads: ["dy", "xhat"],
  flops: perElement(8, 9, 3),
};

/** Causal self-attention between the projections: `x` is [rows, 3 x hidden], all of q, then k, then v. */
const attention: NodeKind = {
  saved: ({ outFeatures, heads, seq }, rows) => {
    const batchHeads = (rows / seq) * heads;
    const headSize = outFeatures / heads;
    return {
      q: [batchHeads, seq, headSize],
      k: [batchHeads, seq, headSize],
      v: [batchHeads, seq, headSize],
      probs: [batchHeads, seq, seq],
    };
  },
  outputShape: features,
  parameterShapes: nothing,
  forwardReads: ["x"],
  inputGradReads: ["dy", "q", "k", "v", "probs"],
  weightGradReads: null,
  // Forward: scores and mix, each 2 x rows x seq x hidden. Backward: the gradients of q, k, v and probs, the same each.
  flops: ({ outFeatures, seq }, rows) => {
    const productFlops = 2 * rows * seq * outFeatures;
    return { forward: 2 * productFlops, inputGrad: 4 * productFlops, weightGrad: 0 };
  },
};

/** Token plus position embedding; `inFeatures` is the vocabulary. */
const embedding: NodeKind = {
  saved: nothing,
  outputShape: features,
  parameterShapes: ({ inFeatures, outFeatures, seq }) => ({
    token: [inFeatures, outFeatures],
    position: [seq, outFeatures],
  }),
  forwardReads: ["x", "token", "position"],
  inputGradReads: null,
  weightGradReads: ["dy", "x"],
  flops: perElement(1, 0, 2),
};

/** `x + r`: the gradient flows to both branches unchanged. */
const residual: NodeKind = {
  saved: nothing,
  outputShape: features,
  parameterShapes: nothing,
  forwardReads: ["x", "r"],
  inputGradReads: null,
  weightGradReads: null,
  flops: perElement(1, 0),
};

/** Softmax and cross-entropy, averaged over the targets of the micro-batch; the output is the loss. */
const crossEntropy: NodeKind = {
  saved: ({ inFeatures }, rows) => ({ probs: [rows, inFeatures] }),
  outputShape: () => [],
  parameterShapes: nothing,
  forwardReads: ["x", "targets"],
  inputGradReads: ["probs", "targets"],
  weightGradReads: null,
  flops: ({ inFeatures }, rows) => ({
    forward: 5 * rows * inFeatures,
    inputGrad: 2 * rows * inFeatures,
    weightGrad: 0,
  }),
};

/** `x + bias`, where the product before it was completed over ranks: so the bias is added once. */
const biasAdd: NodeKind = {
  saved: nothing,
  outputShape: features,
  parameterShapes: ({ outFeatures }) => ({ bias: [outFeatures] }),
  forwardReads: ["x", "bias"],
  inputGradReads: null,
  weightGradReads: ["dy"],
  flops: perElement(1, 0, 1),
};

const exchange = (forward: ExchangeStep | null, backward: ExchangeStep | null): NodeKind => ({
  saved: nothing,
  outputShape: features,
  parameterShapes: nothing,
  forwardReads: ["x"],
  inputGradReads: null,
  weightGradReads: null,
  flops: perElement(0, 0),
  exchange: { forward, backward },
});

const sum: ExchangeStep = { op: "allReduce", reduction: "sum" };
const gather: ExchangeStep = { op: "allGather" };
const sumAndScatter: ExchangeStep = { op: "reduceScatter", reduction: "sum" };

/** A rank's rows of the token embedding; `inFeatures` is its part of the vocabulary. */
const partLookup: NodeKind = {
  saved: nothing,
  outputShape: features,
  parameterShapes: ({ inFeatures, outFeatures }) => ({ token: [inFeatures, outFeatures] }),
  forwardReads: ["x", "token"],
  inputGradReads: null,
  weightGradReads: ["dy", "x"],
  flops: perElement(1, 0, 1),
};

const positionAdd: NodeKind = {
  saved: nothing,
  outputShape: features,
  parameterShapes: ({ outFeatures, seq }) => ({ position: [seq, outFeatures] }),
  forwardReads: ["x", "position"],
  inputGradReads: null,
  weightGradReads: ["dy"],
  flops: perElement(1, 0, 1),
};

/** One number a row, from a rank's part of the logits. */
const overPart = (forwardReads: readonly Role[]): NodeKind => ({
  saved: nothing,
  outputShape: (_, rows) => [rows],
  parameterShapes: nothing,
  forwardReads,
  inputGradReads: null,
  weightGradReads: null,
  flops: ({ inFeatures }, rows) => ({ forward: 2 * rows * inFeatures, inputGrad: 0, weightGrad: 0 }),
});

/** Cross-entropy from a rank's part of the logits and what the ranks have found together. */
const partCrossEntropy: NodeKind = {
  ...crossEntropy,
  forwardReads: ["x", "max", "sumExp", "target", "targets"],
};

export const NODE_KINDS = {
  linear: linear(true),
  linearNoBias: linear(false),
  tanh: elementwise("y", 1, 3),
  relu: elementwise("y", 1, 2),
  gelu: elementwise("x", 8, 12),
  layerNorm,
  attention,
  embedding,
  residual,
  crossEntropy,
  biasAdd,
  /** Megatron's f: the ranks hold the same value, and each has a part of its gradient. */
  copyToRanks: exchange(null, sum),
  /** Megatron's g: partial results become one. */
  sumOverRanks: exchange(sum, null),
  maxOverRanks: exchange({ op: "allReduce", reduction: "max" }, null),
  /** f and g where the ranks hold different positions of the sequence. */
  gatherSequence: exchange(gather, sumAndScatter),
  scatterSequence: exchange(sumAndScatter, gather),
  partLookup,
  positionAdd,
  partMax: overPart(["x"]),
  partSumExp: overPart(["x", "max"]),
  partTarget: overPart(["x", "targets"]),
  partCrossEntropy,
} satisfies Record<string, NodeKind>;

export type NodeKindName = keyof typeof NODE_KINDS;

/** Nodes that hand their output's gradient on, as it is, to every value that they read. */
export const passesGradientOn = (name: NodeKindName) =>
  name === "residual" || name === "biasAdd" || name === "positionAdd";

/** Nodes that end a model. */
export const isLoss = (name: NodeKindName) => name === "crossEntropy" || name === "partCrossEntropy";

/** The kind's description, with its exact type forgotten: what passes and costs work with. */
export function nodeKind(name: NodeKindName): NodeKind {
  return NODE_KINDS[name];
}

export const elementCount = (shape: Shape): number => product(shape);
