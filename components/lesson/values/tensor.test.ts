import { tensor2d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { geluForward } from "@/engine/layers/gelu";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure } from "../../stage/state/figure";
import { stepReport } from "../testing";
import { type MeasureName, readMeasure, readValue } from ".";
import { gelu } from "./tensor";

/** Two samples of four tokens, eight features: tensors of 64 numbers, 256 bytes. */
const gpt: ScenarioInput = {
  model: { kind: "gpt", layers: 1, hidden: 8, heads: 4, seq: 4, vocab: 7 },
  batch: { global: 2 },
  mesh: { tp: 4 },
};
const figure = buildFigure(parseScenario(gpt));
const sequence = buildFigure(parseScenario({ ...gpt, sequenceParallel: true }));

test.each<[MeasureName, number, number]>([
  ["hiddenPart", 2, 2],
  ["headsPerDevice", 1, 1],
  ["vocabularyPart", 2, 2], // eight places for seven tokens
  ["blockAllReducesForward", 2, 0],
  ["blockAllReducesBackward", 2, 0],
  ["blockGathersForward", 0, 2],
  ["blockScattersForward", 0, 2],
  ["reducedBytes", 256, 256],
  ["reducedSentBytes", 384, 192], // 2(n - 1)/n, and (n - 1)/n for the reduce-scatter alone
  ["exchangedBytes", 2448, 2448], // six of 384; three of 8 numbers for the loss, each sent 1.5 times
  ["copiesBytes", 0, 384], // three LayerNorms of 16 numbers, two biases of 8: 64 numbers, sent 1.5 times
  ["lossSentBytes", 144, 144],
  ["logitsGatherBytes", 192, 192], // 3 x 8 tokens x 2 logits
])("%s is %d, with sequence parallelism %d", (name, amount, inSequence) => {
  expect(readMeasure(name, figure).amount).toBe(amount);
  expect(readMeasure(name, sequence).amount).toBe(inSequence);
});

test("one device has nothing to complete", () => {
  const alone = buildFigure(parseScenario({ ...gpt, mesh: { tp: 1 } }));
  for (const name of ["reducedBytes", "reducedSentBytes", "exchangedBytes"] as const) {
    expect(readMeasure(name, alone).amount).toBe(0);
  }
});

test("GELU is the engine's", async () => {
  await startNodeBackend("cpu");
  const xs = [-3, -1, -0.1, 0, 0.5, 2];
  const ys = await geluForward(tensor2d([xs])).data();
  for (const [i, x] of xs.entries()) expect(gelu(x)).toBeCloseTo(ys[i], 6);
});

test("of the places seen, that one is told at which GELU of the sum is furthest from the sum of the GELUs", () => {
  const pair = buildFigure(parseScenario({ ...gpt, mesh: { tp: 2 } }));
  const observation = (op: "forward" | "allReduce", rank: number, first: number[]) =>
    ({ op, rank, first, on: "x", buffer: "x", phase: "end", l2: 0 }) as const;
  const all = [
    observation("forward", 0, [0.1, 1]),
    observation("forward", 1, [0.2, -1]),
    observation("allReduce", 0, [0.3, 0]),
    observation("allReduce", 1, [0.3, 0]),
  ];
  const read = (of: "partialSum" | "completedSum" | "sumOfGelus" | "geluOfSum", rank = 0, observations = all) =>
    readValue(of, pair, [stepReport(), stepReport({ observations })], { rank })?.amount;
  expect([read("partialSum", 0), read("partialSum", 1), read("completedSum")]).toEqual([1, -1, 0]);
  expect(read("sumOfGelus")).toBe(gelu(1) + gelu(-1));
  expect(read("geluOfSum")).toBe(0);
  expect(read("completedSum", 0, all.slice(1))).toBeUndefined();
});
