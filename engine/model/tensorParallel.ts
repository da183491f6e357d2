/**
 * A model cut over tensor-parallel ranks, as Megatron cuts it: what one rank holds and does.
 *
 * A column-linear gives each rank some output features, a row-linear takes them as input features and makes a partial
 * sum; between the two nothing is sent. `copyToRanks` and `sumOverRanks` are Megatron's f and g: a sum backward, and a
 * sum forward. Attention is cut by heads, embedding, head and loss by vocabulary, LayerNorm not at all.
 *
 * @source Megatron-LM, arXiv:1909.08053 section 3
 */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import type { GptConfig, MlpConfig, ModelConfig } from "../scenario/schema";
import {
  describeModel,
  gptInputs,
  INPUTS,
  type LayerUnit,
  type Model,
  type ModelNode,
  mlpWidths,
  node,
  TARGETS,
  unit,
} from "./model";

/**
 * What one rank of a tensor-parallel group holds and does; on a group of one, the whole model.
 *
 * @throws Refusal when heads or hidden sizes cannot be cut in `tp`
 */
export function describeRankModel(config: ModelConfig, tp: number): Model {
  if (tp === 1) return describeModel(config);
  return config.kind === "gpt" ? gpt(config, tp) : mlp(config, tp);
}

/** A rank's part of the vocabulary, padded: at least two tokens, the same on every rank. */
export function vocabPartSize(vocab: number, tp: number): number {
  return Math.max(2, Math.ceil(vocab / tp));
}

function gpt(config: GptConfig, tp: number): Model {
  const { layers, hidden, heads, vocab, seq, mlpRatio } = config;
  checkDivides("model.heads", heads, tp, ["model", "heads"]);
  checkDivides("model.hidden x model.mlpRatio", hidden * mlpRatio, tp, ["model", "hidden"]);
  const part = vocabPartSize(vocab, tp);
  const sizes = (inFeatures: number, outFeatures: number) => ({ inFeatures, outFeatures, seq, heads });
  const blockOutput = (i: number) => (i < 0 ? "embed" : `blocks.${i}.add2`);
  const embed = unit("embed", [
    node("embed.lookup", "partLookup", { x: INPUTS }, sizes(part, hidden), {
      token: { name: "embed.token", fullShape: [vocab, hidden], shard: { dim: 0, blocks: 1 } },
    }),
    node("embed.sum", "sumOverRanks", { x: "embed.lookup" }, sizes(hidden, hidden)),
    node("embed", "positionAdd", { x: "embed.sum" }, sizes(hidden, hidden)),
  ]);
  const head = unit("head", [
    node("norm", "layerNorm", { x: blockOutput(layers - 1) }, sizes(hidden, hidden)),
    node("norm.copy", "copyToRanks", { x: "norm" }, sizes(hidden, hidden)),
    node("head", "linearNoBias", { x: "norm.copy" }, sizes(hidden, part), {
      weight: { name: "head.weight", fullShape: [hidden, vocab], shard: { dim: 1, blocks: 1 } },
    }),
    ...partLoss("head", sizes(part, part)),
  ]);
  const blocks = range(layers).map((i) => gptBlock(config, tp, `blocks.${i}`, blockOutput(i - 1)));
  return { config, units: [embed, ...blocks, head], ...gptInputs(config) };
}

/** Three all-reduces find the loss without gathering the logits: the maximum, the sum of exponentials, the target. */
function partLoss(logits: string, sizes: ModelNode["sizes"]): ModelNode[] {
  return [
    node("loss.max", "partMax", { x: logits }, sizes),
    node("loss.maxOfAll", "maxOverRanks", { x: "loss.max" }, sizes),
    node("loss.sumExp", "partSumExp", { x: logits, max: "loss.maxOfAll" }, sizes),
    node("loss.sumExpOfAll", "sumOverRanks", { x: "loss.sumExp" }, sizes),
    node("loss.target", "partTarget", { x: logits, targets: TARGETS }, sizes),
    node("loss.targetOfAll", "sumOverRanks", { x: "loss.target" }, sizes),
    node(
      "loss",
      "partCrossEntropy",
      { x: logits, max: "loss.maxOfAll", sumExp: "loss.sumExpOfAll", target: "loss.targetOfAll", targets: TARGETS },
      sizes,
    ),
  ];
}

function gptBlock({ hidden, heads, seq, mlpRatio }: GptConfig, tp: number, b: string, input: string): LayerUnit {
  const sizes = (inFeatures: number, outFeatures: number) => ({ inFeatures, outFeatures, seq, heads: heads / tp });
  const whole = sizes(hidden, hidden);
  const wide = (mlpRatio * hidden) / tp;
  const own = hidden / tp;
  return unit(b, [
    node(`${b}.norm1`, "layerNorm", { x: input }, whole),
    node(`${b}.norm1.copy`, "copyToRanks", { x: `${b}.norm1` }, whole),
    column(`${b}.attn.qkv`, `${b}.norm1.copy`, sizes(hidden, 3 * own), 3 * hidden, 3),
    node(`${b}.attn`, "attention", { x: `${b}.attn.qkv` }, sizes(3 * own, own)),
    ...row(`${b}.attn.out`, `${b}.attn`, sizes(own, hidden), hidden),
    node(`${b}.add1`, "residual", { x: `${b}.attn.out`, r: input }, whole),
    node(`${b}.norm2`, "layerNorm", { x: `${b}.add1` }, whole),
    node(`${b}.norm2.copy`, "copyToRanks", { x: `${b}.norm2` }, whole),
    column(`${b}.mlp.up`, `${b}.norm2.copy`, sizes(hidden, wide), mlpRatio * hidden, 1),
    node(`${b}.mlp.gelu`, "gelu", { x: `${b}.mlp.up` }, sizes(wide, wide)),
    ...row(`${b}.mlp.down`, `${b}.mlp.gelu`, sizes(wide, hidden), mlpRatio * hidden),
    node(`${b}.add2`, "residual", { x: `${b}.mlp.down`, r: `${b}.add1` }, whole),
  ]);
}

/** Columns and rows alternate; a last layer that has no partner is held whole by every rank. */
function mlp(config: MlpConfig, tp: number): Model {
  const { inputs, hidden, layers, activation } = config;
  checkDivides("model.hidden", hidden, tp, ["model", "hidden"]);
  const widths = mlpWidths(config);
  const isColumn = (i: number) => i % 2 === 0 && i + 1 < layers;
  const units = range(layers).map((i): LayerUnit => {
    const [from, to] = [widths[i], widths[i + 1]] as [number, number];
    const name = `layers.${i}`;
    const x = i === 0 ? INPUTS : `layers.${i - 1}.${activation}`;
    const sizes = (inFeatures: number, outFeatures: number) => ({ inFeatures, outFeatures, seq: 1, heads: 1 });
    const out = isColumn(i) ? to / tp : to;
    const after =
      i === layers - 1
        ? node("loss", "crossEntropy", { x: name, targets: TARGETS }, sizes(to, to))
        : node(`${name}.${activation}`, activation, { x: name }, sizes(out, out));
    if (i % 2 === 1) return unit(name, [...row(name, x, sizes(from / tp, to), from), after]);
    if (!isColumn(i)) return unit(name, [node(name, "linear", { x }, sizes(from, to)), after]);
    if (i === 0) return unit(name, [column(name, x, sizes(from, out), to, 1), after]);
    const copy = node(`${name}.copy`, "copyToRanks", { x }, sizes(from, from));
    return unit(name, [copy, column(name, `${name}.copy`, sizes(from, out), to, 1), after]);
  });
  return { config, units, rowsPerSample: 1, inputShape: (samples) => [samples, inputs] };
}

/** A linear of which the rank holds some columns, of `outOfAll` in all. */
function column(name: string, x: string, sizes: ModelNode["sizes"], outOfAll: number, blocks: number): ModelNode {
  return node(name, "linear", { x }, sizes, {
    weight: { name: `${name}.weight`, fullShape: [sizes.inFeatures, outOfAll], shard: { dim: 1, blocks } },
    bias: { name: `${name}.bias`, fullShape: [outOfAll], shard: { dim: 0, blocks } },
  });
}

/** A linear of which the rank holds some rows, of `inOfAll` in all: partial sums, completed, then the bias once. */
function row(name: string, x: string, sizes: ModelNode["sizes"], inOfAll: number): ModelNode[] {
  const { outFeatures } = sizes;
  const whole = { ...sizes, inFeatures: outFeatures };
  return [
    node(`${name}.partial`, "linearNoBias", { x }, sizes, {
      weight: { name: `${name}.weight`, fullShape: [inOfAll, outFeatures], shard: { dim: 0, blocks: 1 } },
    }),
    node(`${name}.sum`, "sumOverRanks", { x: `${name}.partial` }, whole),
    node(name, "biasAdd", { x: `${name}.sum` }, whole, {
      bias: {
        name: `${name}.bias`,
        fullShape: [outFeatures],
        shard: null,
        initial: { kind: "uniform", bound: 1 / Math.sqrt(inOfAll) },
      },
    }),
  ];
}

function checkDivides(what: string, size: number, tp: number, path: string[]): void {
  if (size % tp === 0) return;
  const fits = range(size)
    .map((i) => i + 1)
    .filter((n) => size % n === 0 && n <= 64);
  throw new Refusal(
    `${what} (${size}) must be divisible by mesh.tp (${tp}): use tp ${fits.slice(0, -1).join(", ")} or ${fits.at(-1)}`,
    path,
  );
}
