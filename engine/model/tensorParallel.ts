/**
 * A model cut over tensor-parallel ranks, as Megatron cuts it: what one rank holds and does.
 *
 * A column-linear gives each rank some output features, a row-linear takes them as input features and makes a partial
 * sum; between the two nothing is sent. `copyToRanks` and `sumOverRanks` are Megatron's f and g: a sum backward, and a
 * sum forward. Attention is cut by heads, embedding, head and loss by vocabulary, LayerNorm not at all.
 *
 * With sequence parallelism, what lies between those regions (LayerNorm, residual, the bias of a row layer) is cut along
 * the sequence: f gathers the positions and g scatters the sums.
 *
 * @source Megatron-LM, arXiv:1909.08053 section 3; Korthikanti et al. 2022, arXiv:2205.05198 section 4.2
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

/** A model and the part of the layout that cuts its layers. */
export interface Cut {
  model: ModelConfig;
  mesh: { tp: number };
  sequenceParallel: boolean;
}

/**
 * What one rank of a tensor-parallel group holds and does; on a group of one, the whole model.
 *
 * @throws Refusal when heads, hidden sizes or the sequence cannot be cut in `tp`
 */
export function describeRankModel({ model, mesh: { tp }, sequenceParallel }: Cut): Model {
  if (sequenceParallel) checkHasSequence(model);
  if (tp === 1) return describeModel(model);
  return model.kind === "gpt" ? gpt(model, regionsOf(model, tp, sequenceParallel)) : mlp(model, tp);
}

/** A rank's part of the vocabulary, padded: at least two tokens, the same on every rank. */
export function vocabPartSize(vocab: number, tp: number): number {
  return Math.max(2, Math.ceil(vocab / tp));
}

/** The two kinds of region that a block alternates between, and how a value passes from one to the other. */
interface Regions {
  tp: number;
  sequenceParallel: boolean;
  /** Positions of a sequence that a rank works on between the cut layers. */
  positions: number;
  /** Into a region of column and row layers: f. */
  enter(name: string, x: string, sizes: ModelNode["sizes"]): ModelNode;
  /** Out of it, from partial sums: g. */
  leave(name: string, x: string, sizes: ModelNode["sizes"]): ModelNode;
}

function regionsOf({ seq }: GptConfig, tp: number, sequenceParallel: boolean): Regions {
  if (sequenceParallel) checkDivides("model.seq", seq, tp, ["model", "seq"]);
  const positions = sequenceParallel ? seq / tp : seq;
  return {
    tp,
    sequenceParallel,
    positions,
    enter: (name, x, sizes) =>
      node(name, sequenceParallel ? "gatherSequence" : "copyToRanks", { x }, { ...sizes, seq }),
    leave: (name, x, sizes) =>
      node(name, sequenceParallel ? "scatterSequence" : "sumOverRanks", { x }, { ...sizes, seq: positions }),
  };
}

function gpt(config: GptConfig, regions: Regions): Model {
  const { layers, hidden, heads, vocab, seq, mlpRatio } = config;
  const { tp, positions, sequenceParallel } = regions;
  checkDivides("model.heads", heads, tp, ["model", "heads"]);
  checkDivides("model.hidden x model.mlpRatio", hidden * mlpRatio, tp, ["model", "hidden"]);
  const part = vocabPartSize(vocab, tp);
  const sizes = (inFeatures: number, outFeatures: number) => ({ inFeatures, outFeatures, seq, heads });
  const between = { ...sizes(hidden, hidden), seq: positions };
  const blockOutput = (i: number) => (i < 0 ? "embed" : `blocks.${i}.add2`);
  const embed = unit("embed", [
    node("embed.lookup", "partLookup", { x: INPUTS }, sizes(part, hidden), {
      token: { name: "embed.token", fullShape: [vocab, hidden], shard: { dim: 0, blocks: 1 } },
    }),
    regions.leave("embed.sum", "embed.lookup", between),
    node("embed", "positionAdd", { x: "embed.sum" }, between, {
      position: { fullShape: [seq, hidden], shard: sequenceParallel ? { dim: 0, blocks: 1 } : null },
    }),
  ]);
  const head = unit("head", [
    norm("norm", blockOutput(layers - 1), between, regions),
    regions.enter("norm.copy", "norm", between),
    node("head", "linearNoBias", { x: "norm.copy" }, sizes(hidden, part), {
      weight: { fullShape: [hidden, vocab], shard: { dim: 1, blocks: 1 } },
    }),
    ...partLoss("head", sizes(part, part)),
  ]);
  const blocks = range(layers).map((i) => gptBlock(config, regions, `blocks.${i}`, blockOutput(i - 1)));
  return { config, units: [embed, ...blocks, head], ...gptInputs(config) };
}

function norm(name: string, x: string, sizes: ModelNode["sizes"], { sequenceParallel }: Regions): ModelNode {
  const cut = { partialGradient: sequenceParallel };
  return node(name, "layerNorm", { x }, sizes, { weight: cut, bias: cut });
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

function gptBlock(config: GptConfig, regions: Regions, b: string, input: string): LayerUnit {
  const { hidden, heads, seq, mlpRatio } = config;
  const { tp, positions, enter } = regions;
  const sizes = (inFeatures: number, outFeatures: number) => ({ inFeatures, outFeatures, seq, heads: heads / tp });
  const between = { ...sizes(hidden, hidden), seq: positions };
  const wide = (mlpRatio * hidden) / tp;
  const own = hidden / tp;
  return unit(b, [
    norm(`${b}.norm1`, input, between, regions),
    enter(`${b}.norm1.copy`, `${b}.norm1`, between),
    column(`${b}.attn.qkv`, `${b}.norm1.copy`, sizes(hidden, 3 * own), 3 * hidden, 3),
    node(`${b}.attn`, "attention", { x: `${b}.attn.qkv` }, sizes(3 * own, own)),
    ...row(`${b}.attn.out`, `${b}.attn`, sizes(own, hidden), hidden, regions),
    node(`${b}.add1`, "residual", { x: `${b}.attn.out`, r: input }, between),
    norm(`${b}.norm2`, `${b}.add1`, between, regions),
    enter(`${b}.norm2.copy`, `${b}.norm2`, between),
    column(`${b}.mlp.up`, `${b}.norm2.copy`, sizes(hidden, wide), mlpRatio * hidden, 1),
    node(`${b}.mlp.gelu`, "gelu", { x: `${b}.mlp.up` }, sizes(wide, wide)),
    ...row(`${b}.mlp.down`, `${b}.mlp.gelu`, sizes(wide, hidden), mlpRatio * hidden, regions),
    node(`${b}.add2`, "residual", { x: `${b}.mlp.down`, r: `${b}.add1` }, between),
  ]);
}

/** Columns and rows alternate; a last layer that has no partner is held whole by every rank. */
function mlp(config: MlpConfig, tp: number): Model {
  const { inputs, hidden, layers, activation } = config;
  checkDivides("model.hidden", hidden, tp, ["model", "hidden"]);
  const widths = mlpWidths(config);
  const wholeRows: RowExit = {
    sequenceParallel: false,
    leave: (name, from, sizes) => node(name, "sumOverRanks", { x: from }, sizes),
  };
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
    if (i % 2 === 1) return unit(name, [...row(name, x, sizes(from / tp, to), from, wholeRows), after]);
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

type RowExit = Pick<Regions, "sequenceParallel" | "leave">;

/** A linear of which the rank holds some rows, of `inOfAll` in all: partial sums, completed, then the bias once. */
function row(name: string, x: string, sizes: ModelNode["sizes"], inOfAll: number, exit: RowExit): ModelNode[] {
  const { outFeatures } = sizes;
  const sum = exit.leave(`${name}.sum`, `${name}.partial`, { ...sizes, inFeatures: outFeatures });
  return [
    node(`${name}.partial`, "linearNoBias", { x }, sizes, {
      weight: { name: `${name}.weight`, fullShape: [inOfAll, outFeatures], shard: { dim: 0, blocks: 1 } },
    }),
    sum,
    node(name, "biasAdd", { x: sum.name }, sum.sizes, {
      bias: {
        initial: { kind: "uniform", bound: 1 / Math.sqrt(inOfAll) },
        partialGradient: exit.sequenceParallel,
      },
    }),
  ];
}

function checkHasSequence({ kind }: ModelConfig): void {
  if (kind === "gpt") return;
  throw new Refusal(
    `sequenceParallel needs a model with sequences: use model.kind "gpt" instead of "${kind}", or sequenceParallel false`,
    ["sequenceParallel"],
  );
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
