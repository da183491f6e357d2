/**
 * The two models as data: layer units (what is cut into stages, and later sharded), each a short list of nodes
 * in forward order, with the parameters they use.
 *
 * A value (an activation) has the name of the node that makes it; `inputs` and `targets` come from the data.
 */
import { invariant } from "../base/assert";
import { product, range, sum } from "../base/range";
import type { GptConfig, MlpConfig, ModelConfig } from "../scenario/schema";
import { isLoss, type NodeKindName, type NodeSizes, nodeKind, type Role, type Shape } from "./nodeKinds";
import type { Sharded } from "./sharding";

/** How a parameter starts: uniform in [-bound, bound), or one constant. */
export type Initial = { kind: "uniform"; bound: number } | { kind: "constant"; value: number };

export interface Parameter extends Sharded {
  name: string;
  initial: Initial;
  /** Each tensor-parallel rank finds only a part of its gradient, from its own positions: the parts are summed. */
  partialGradient: boolean;
}

export interface ModelNode {
  name: string;
  kind: NodeKindName;
  /** The value that each non-parameter role of `forwardReads` stands for. */
  values: Record<Role, string>;
  /** The parameter that each parameter role stands for. */
  parameters: Record<Role, Parameter>;
  sizes: NodeSizes;
}

/** A layer unit: consecutive nodes and the parameters they own. */
export interface LayerUnit {
  name: string;
  nodes: ModelNode[];
  parameters: Parameter[];
}

export interface Model {
  config: ModelConfig;
  units: LayerUnit[];
  /** Rows that one sample adds to every activation: its sequence length, or 1. */
  rowsPerSample: number;
  /** Elements of one sample's input, and the features of an input row when it is not tokens. */
  inputShape(samples: number): Shape;
}

export const INPUTS = "inputs";
export const TARGETS = "targets";

export function describeModel(config: ModelConfig): Model {
  return config.kind === "gpt" ? gpt(config) : mlp(config);
}

export function allParameters(model: Model): Parameter[] {
  return model.units.flatMap((unit) => unit.parameters);
}

export function parameterCount(model: Model): number {
  return sum(allParameters(model).map(({ shape }) => product(shape)));
}

/** The output of a model's last node before the loss: its logits. */
export function logitsOf(model: Model): string {
  const loss = model.units.at(-1)?.nodes.at(-1);
  invariant(loss && isLoss(loss.kind), "a model ends with its loss");
  return loss.values.x as string;
}

function mlp(config: MlpConfig): Model {
  const { inputs, layers, activation } = config;
  const widths = mlpWidths(config);
  const units = range(layers).map((i): LayerUnit => {
    const sizes = { inFeatures: widths[i], outFeatures: widths[i + 1], seq: 1, heads: 1 } as NodeSizes;
    const name = `layers.${i}`;
    const x = i === 0 ? INPUTS : `layers.${i - 1}.${activation}`;
    const linear = node(name, "linear", { x }, sizes);
    const after = { ...sizes, inFeatures: sizes.outFeatures };
    const last = i === layers - 1;
    return unit(name, [
      linear,
      last
        ? node("loss", "crossEntropy", { x: name, targets: TARGETS }, after)
        : node(`${name}.${activation}`, activation, { x: name }, after),
    ]);
  });
  return { config, units, rowsPerSample: 1, inputShape: (samples) => [samples, inputs] };
}

function gpt(config: GptConfig): Model {
  const { layers, hidden, vocab, seq } = config;
  const sizes = (inFeatures: number, outFeatures: number) => ({ inFeatures, outFeatures, seq, heads: config.heads });
  const blockOutput = (i: number) => (i < 0 ? "embed" : `blocks.${i}.add2`);
  const head = unit("head", [
    node("norm", "layerNorm", { x: blockOutput(layers - 1) }, sizes(hidden, hidden)),
    node("head", "linearNoBias", { x: "norm" }, sizes(hidden, vocab)),
    node("loss", "crossEntropy", { x: "head", targets: TARGETS }, sizes(vocab, vocab)),
  ]);
  return {
    config,
    units: [
      unit("embed", [node("embed", "embedding", { x: INPUTS }, sizes(vocab, hidden))]),
      ...range(layers).map((i) => gptBlock(config, `blocks.${i}`, blockOutput(i - 1))),
      head,
    ],
    ...gptInputs(config),
  };
}

export function gptInputs({ seq }: GptConfig): Pick<Model, "rowsPerSample" | "inputShape"> {
  return { rowsPerSample: seq, inputShape: (samples) => [samples * seq] };
}

/** The features before the first layer and after each. */
export function mlpWidths({ inputs, hidden, layers, classes }: MlpConfig): number[] {
  return [inputs, ...range(layers - 1).map(() => hidden), classes];
}

/** A pre-norm block as in GPT-2: attention and MLP, each behind a LayerNorm and beside a residual branch. */
function gptBlock({ hidden, heads, seq, mlpRatio }: GptConfig, b: string, input: string): LayerUnit {
  const sizes = (inFeatures: number, outFeatures: number) => ({ inFeatures, outFeatures, seq, heads });
  const wide = mlpRatio * hidden;
  return unit(b, [
    node(`${b}.norm1`, "layerNorm", { x: input }, sizes(hidden, hidden)),
    node(`${b}.attn.qkv`, "linear", { x: `${b}.norm1` }, sizes(hidden, 3 * hidden)),
    node(`${b}.attn`, "attention", { x: `${b}.attn.qkv` }, sizes(3 * hidden, hidden)),
    node(`${b}.attn.out`, "linear", { x: `${b}.attn` }, sizes(hidden, hidden)),
    node(`${b}.add1`, "residual", { x: `${b}.attn.out`, r: input }, sizes(hidden, hidden)),
    node(`${b}.norm2`, "layerNorm", { x: `${b}.add1` }, sizes(hidden, hidden)),
    node(`${b}.mlp.up`, "linear", { x: `${b}.norm2` }, sizes(hidden, wide)),
    node(`${b}.mlp.gelu`, "gelu", { x: `${b}.mlp.up` }, sizes(wide, wide)),
    node(`${b}.mlp.down`, "linear", { x: `${b}.mlp.gelu` }, sizes(wide, hidden)),
    node(`${b}.add2`, "residual", { x: `${b}.mlp.down`, r: `${b}.add1` }, sizes(hidden, hidden)),
  ]);
}

/** How a parameter of a node differs from `name.role`, held whole. */
export type ParameterCuts = Record<Role, Partial<Omit<Parameter, "shape">>>;

export function node(
  name: string,
  kind: NodeKindName,
  values: Record<Role, string>,
  sizes: NodeSizes,
  cuts: ParameterCuts = {},
): ModelNode {
  const shapes = Object.entries(nodeKind(kind).parameterShapes(sizes));
  const parameters = shapes.map(([role, shape]): [Role, Parameter] => {
    const fullShape = cuts[role]?.fullShape ?? shape;
    const initial = initialOf(kind, role, fullShape, sizes);
    const whole = { name: `${name}.${role}`, fullShape, shard: null, initial, partialGradient: false };
    return [role, { ...whole, ...cuts[role], shape }];
  });
  return { name, kind, values, parameters: Object.fromEntries(parameters), sizes };
}

export function unit(name: string, nodes: ModelNode[]): LayerUnit {
  return { name, nodes, parameters: nodes.flatMap(({ parameters }) => Object.values(parameters)) };
}

/**
 * The starting values of the reference: LayerNorm as the identity, embeddings within 0.1, linear within 1/sqrt(in),
 * of the whole layer.
 */
function initialOf(kind: NodeKindName, role: Role, fullShape: Shape, { inFeatures }: NodeSizes): Initial {
  if (kind === "layerNorm") return { kind: "constant", value: role === "weight" ? 1 : 0 };
  if (kind === "embedding" || kind === "partLookup" || kind === "positionAdd") return { kind: "uniform", bound: 0.1 };
  return { kind: "uniform", bound: 1 / Math.sqrt(fullShape.length === 2 ? (fullShape[0] as number) : inFeatures) };
}
