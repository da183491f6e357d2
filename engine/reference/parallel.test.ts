/**
 * Pipeline, tensor and data parallelism, alone and together, under every schedule: the same numbers as PyTorch, the
 * same as one device, agreeing memory, no leak.
 */
import { readFileSync } from "node:fs";
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { checkCase, type ReferenceCase } from "./checkCase";

const read = (name: string): ReferenceCase =>
  JSON.parse(readFileSync(new URL(`cases/${name}.json`, import.meta.url), "utf8"));
const TOLERANCE = 1e-5;

beforeAll(() => startNodeBackend("wasm"));

const layouts: [string, object][] = [
  ["mlp-tanh-sgd", { mesh: { pp: 2 }, batch: { global: 32, micro: 8 } }],
  ["mlp-tanh-sgd", { mesh: { tp: 2 } }],
  ["mlp-gelu-adamw", { mesh: { tp: 4, dp: 2 }, batch: { global: 16, micro: 4 } }],
  ["mlp-gelu-adamw", { mesh: { pp: 3, tp: 2 }, batch: { global: 16, micro: 2 } }],
  ["mlp-relu-momentum", { mesh: { tp: 4, pp: 3, dp: 2 }, batch: { global: 32, micro: 4 } }],
  ["mlp-relu-momentum", { mesh: { pp: 4 }, batch: { global: 32, micro: 4 }, schedule: { kind: "zb-h1" } }],
  ["gpt-sgd", { mesh: { tp: 2 } }],
  ["gpt-sgd", { mesh: { pp: 2, tp: 2 }, batch: { global: 8, micro: 2 } }],
  ["gpt-wide", { mesh: { tp: 4, dp: 2 } }],
  ["gpt-adamw", { mesh: { pp: 3 }, batch: { global: 16, micro: 4 }, schedule: { kind: "gpipe" } }],
  ["gpt-adamw", { mesh: { pp: 4 }, batch: { global: 16, micro: 2 }, schedule: { kind: "naive" } }],
  ["gpt-adamw", { mesh: { pp: 2 }, batch: { global: 16, micro: 4 }, schedule: { kind: "looped-bfs", virtual: 2 } }],
  ["gpt-adamw", { mesh: { pp: 2 }, batch: { global: 16, micro: 4 }, schedule: { kind: "interleaved", virtual: 2 } }],
  ["gpt-adamw", { mesh: { pp: 4 }, batch: { global: 16, micro: 2 }, schedule: { kind: "zb-h2" } }],
  ["gpt-adamw", { mesh: { pp: 2 }, batch: { global: 16, micro: 2 }, schedule: { kind: "zb1p" } }],
  ["gpt-adamw", { mesh: { pp: 2 }, batch: { global: 16, micro: 2 }, schedule: { kind: "zbv" } }],
  ["gpt-adamw", { mesh: { pp: 2 }, batch: { global: 16, micro: 2 }, schedule: { kind: "dualpipev" } }],
  ["gpt-adamw-clip", { mesh: { pp: 2, dp: 2, tp: 2 }, batch: { global: 16, micro: 2 } }],
  ["gpt-adamw-clip", { mesh: { pp: 4, dp: 2 }, batch: { global: 16, micro: 2 }, schedule: { kind: "zbv" } }],
  ["gpt-adamw-clip", { mesh: { tp: 8 } }],
];

test.each(layouts)("%s %j", async (name, layout) => {
  const tensorsBefore = memory().numTensors;
  const check = await checkCase(read(name), layout);
  expect(check.disagreement).toBeNull();
  expect(check.loss).toBeLessThanOrEqual(TOLERANCE);
  expect(check.gradNorm).toBeLessThanOrEqual(TOLERANCE);
  expect(check.parameter).toBeLessThanOrEqual(TOLERANCE);
  expect(check.maxDifference.loss).toBeLessThanOrEqual(TOLERANCE);
  expect(check.maxDifference.parameter).toBeLessThanOrEqual(TOLERANCE);
  expect(memory().numTensors).toBe(tensorsBefore);
});

test("a vocabulary that does not divide is padded, and the padding changes nothing", async () => {
  const odd: ReferenceCase = read("gpt-wide");
  // 96 tokens over 5 ranks: 20 each, 4 of padding; 4 heads do not divide by 5, so one head a rank of 5.
  const layout = { mesh: { tp: 5 }, model: { ...odd.model, hidden: 60, heads: 5 } } as object;
  const check = await checkCase(odd, layout);
  expect(check.maxDifference.loss).toBeLessThanOrEqual(TOLERANCE);
  expect(check.maxDifference.parameter).toBeLessThanOrEqual(TOLERANCE);
  expect(check.memoryAgrees).toBe(true);
});
