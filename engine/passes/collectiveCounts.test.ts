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
