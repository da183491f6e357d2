/**
 * What a transformer block keeps for its backward, in float32 and without dropout, term by term; the published formulas
 * count 16-bit numbers and dropout masks besides.
 *
 * @source Korthikanti et al. 2022, arXiv:2205.05198 sections 4 and 5
 */
import { expect, test } from "vitest";
import { account, peaksOf } from "../account";
import { describeModel } from "../model/model";
import { isNodePass } from "../program";
import { parseScenario } from "../scenario";
import { costsOf, nodeFlops, simulate } from "../simulate";
import { buildProgram } from ".";

const [s, b, h, a] = [16, 2, 32, 8];
const BYTES = 4;

function peakActivations(layers: number, extra: object): number {
  const scenario = parseScenario({
    model: { kind: "gpt", layers, hidden: h, heads: a, seq: s, vocab: 16 },
    batch: { global: b },
    ...extra,
  });
  const [profile] = account(simulate(buildProgram(scenario), costsOf(scenario)));
  return peaksOf(profile as NonNullable<typeof profile>).peakBytes.activations;
}

/** What one block adds to the peak. */
const blockBytes = (extra: object) => peakActivations(5, extra) - peakActivations(4, extra);

/** LayerNorms keep the normalised input and one number a row; the column layers behind them keep their input. */
const norms = 2 * (h + 1);
const columnInputs = 2 * h;
/** q, k and v; the probabilities of each head; the input of attention's projection; before and after the GeLU. */
const inside = 3 * h + a * s + h + 2 * 4 * h;

test.each([1, 2, 4])("tp %i: all between the column and the row layers is divided, nothing else", (tp) => {
  expect(blockBytes({ mesh: { tp } })).toBe(BYTES * s * b * (norms + columnInputs + inside / tp));
});

test.each([2, 4])(
  "tp %i with sequence parallelism: all is divided but the gathered inputs of the column layers",
  (tp) => {
    const expected = BYTES * s * b * (columnInputs + (norms + inside) / tp);
    expect(blockBytes({ mesh: { tp }, sequenceParallel: true })).toBe(expected);
  },
);

test("full recompute keeps a block's input only", () => {
  expect(blockBytes({ recompute: "full" })).toBe(BYTES * s * b * h);
  expect(blockBytes({ recompute: "full", mesh: { tp: 4 } })).toBe(BYTES * s * b * h);
  expect(blockBytes({ recompute: "full", mesh: { tp: 4 }, sequenceParallel: true })).toBe((BYTES * s * b * h) / 4);
});

test.each([1, 4])("tp %i: selective recompute keeps no scores and no softmax", (tp) => {
  const mesh = { tp };
  expect(blockBytes({ mesh }) - blockBytes({ mesh, recompute: "selective" })).toBe((BYTES * s * b * a * s) / tp);
});

test("recompute runs one forward of each layer again, and no other", () => {
  const scenario = parseScenario({
    model: { kind: "gpt", layers: 3, hidden: h, heads: a, seq: s, vocab: 16 },
    recompute: "full",
    batch: { global: 4, micro: 2 },
  });
  const [rank] = buildProgram(scenario).ranks;
  const count = (op: string) => rank?.instructions.filter((i) => i.op === op && i.on.startsWith("blocks.")).length;
  expect(count("recompute")).toBe(count("forward"));
  expect(rank?.instructions.filter((i) => i.op === "recompute" && !i.on.startsWith("blocks."))).toEqual([]);
});

// Megatron-LM (arXiv:2104.04473, appendix): 96 instead of 72 B s l h^2 (1 + s / 6h), of which a third is the forward.
test("with full recompute a block's matrix products are four thirds", () => {
  const flops = (recompute: string) => {
    const scenario = parseScenario({
      model: { kind: "gpt", layers: 1, hidden: h, heads: a, seq: s, vocab: 16 },
      recompute,
      batch: { global: b },
    });
    const count = nodeFlops(scenario, describeModel(scenario.model));
    const passes = (buildProgram(scenario).ranks[0]?.instructions ?? []).filter(isNodePass);
    const products = passes.filter(({ on }) => /qkv|attn|out|up|down/.test(on) && on.startsWith("blocks."));
    return products.reduce((total, pass) => total + count(pass), 0);
  };
  expect(flops("full") / flops("none")).toBeCloseTo(4 / 3, 12);
  expect(flops("none")).toBe(72 * b * s * h * h * (1 + s / (6 * h)));
});
