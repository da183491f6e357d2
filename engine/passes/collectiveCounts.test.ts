/** How many collectives a program has, and how many bytes they send, against what was counted in PyTorch. */
import { expect, test } from "vitest";
import { deviceReports } from "../account";
import { parseScenario } from "../scenario";
import { costsOf, simulate } from "../simulate";
import { buildProgram } from ".";

const reportsOf = (input: object) => {
  const scenario = parseScenario(input);
  return deviceReports(simulate(buildProgram(scenario), costsOf(scenario)));
};
const gpt = (layers: number) => ({ kind: "gpt", layers, hidden: 16, heads: 4, seq: 8, vocab: 16 });

// @source Megatron MLP, column then row: one all-reduce forward, one backward.
test("an MLP of a column and a row layer reduces once forward, and backward only where there is something before it", () => {
  const mlp = (layers: number) => ({ kind: "mlp", inputs: 4, hidden: 8, layers, classes: 3 });
  const count = (layers: number) =>
    reportsOf({ model: mlp(layers), mesh: { tp: 2 } })[0]?.collectives.tp["all-reduce"] as number;
  expect(count(2)).toBe(1);
  // A second pair has a gradient to hand on.
  expect(count(4) - count(2)).toBe(2);
});

// @source Megatron-LM: two all-reduces forward and two backward for each transformer block.
test("a transformer block has two all-reduces forward and two backward", () => {
  const count = (layers: number) => {
    const [device] = reportsOf({ model: gpt(layers), mesh: { tp: 2 } });
    return device?.collectives.tp["all-reduce"] as number;
  };
  expect(count(3) - count(2)).toBe(4);
  // Besides: the embedding's sum, the head's input gradient, and three for the vocabulary-parallel cross-entropy.
  expect(count(2)).toBe(2 * 4 + 1 + 1 + 3);
});

test("each block's tensor-parallel traffic is four activations, each sent 2 (n-1)/n", () => {
  const sent = (layers: number, tp: number) =>
    reportsOf({ model: gpt(layers), mesh: { tp }, batch: { global: 4 } })[0]?.sentBytes.tp as number;
  const activationBytes = 4 * 8 * 16 * 4;
  for (const tp of [2, 4]) expect(sent(3, tp) - sent(2, tp)).toBe((4 * activationBytes * 2 * (tp - 1)) / tp);
});

test("a pipeline sends one activation and one gradient a border and micro-batch; interleaving multiplies it", () => {
  const input = { model: gpt(4), mesh: { pp: 2 }, batch: { global: 8, micro: 2 } };
  const activationBytes = 2 * 8 * 16 * 4;
  const total = (extra: object) =>
    reportsOf({ ...input, ...extra }).reduce((bytes, { sentBytes }) => bytes + sentBytes.pp, 0);
  expect(total({ schedule: { kind: "1f1b" } })).toBe(4 * 2 * activationBytes);
  // Two stages a rank: three borders instead of one.
  expect(total({ schedule: { kind: "interleaved", virtual: 2 } })).toBe(3 * 4 * 2 * activationBytes);
});

// @source Korthikanti et al. 2022, arXiv:2205.05198 section 4.2: g and its conjugate instead of f and g.
test("with sequence parallelism each all-reduce of a block becomes one all-gather and one reduce-scatter", () => {
  const count = (layers: number) =>
    reportsOf({ model: gpt(layers), mesh: { tp: 2 }, sequenceParallel: true })[0]?.collectives.tp as Record<
      string,
      number
    >;
  const [two, three] = [count(2), count(3)] as [Record<string, number>, Record<string, number>];
  expect((three["all-gather"] ?? 0) - (two["all-gather"] ?? 0)).toBe(4);
  expect((three["reduce-scatter"] ?? 0) - (two["reduce-scatter"] ?? 0)).toBe(4);
  // Three for the loss, and one that sums the gradients of all LayerNorms and row biases.
  expect(two["all-reduce"]).toBe(3 + 1);
  expect(three["all-reduce"]).toBe(3 + 1);
});

test("sequence parallelism sends the bytes of tensor parallelism, and the gradients of LayerNorms and row biases", () => {
  const sent = (layers: number, sequenceParallel: boolean) =>
    reportsOf({ model: gpt(layers), mesh: { tp: 4 }, batch: { global: 4 }, sequenceParallel })[0]?.sentBytes
      .tp as number;
  const ofBlock = (sequenceParallel: boolean) => sent(3, sequenceParallel) - sent(2, sequenceParallel);
  // Two LayerNorms of weight and bias, two row biases, 16 features each.
  const gradientBytes = 6 * 16 * 4;
  expect(ofBlock(true)).toBe(ofBlock(false) + (gradientBytes * 2 * 3) / 4);
});

test("full recompute runs the forward collectives of a block again", () => {
  const count = (layers: number, recompute: string) =>
    reportsOf({ model: gpt(layers), mesh: { tp: 2 }, recompute })[0]?.collectives.tp["all-reduce"] as number;
  expect(count(3, "full") - count(2, "full")).toBe(6);
  expect(count(3, "selective") - count(2, "selective")).toBe(4);
});
