/** Training teaches: the two data sets that are for looking at are learnt within a few hundred steps. */
import { beforeAll, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { openScenario } from "../reference/compare";
import { parseScenario, type ScenarioInput } from "../scenario";
import { currentPrediction } from ".";

beforeAll(() => startNodeBackend("wasm"));

async function trained(input: ScenarioInput) {
  const scenario = parseScenario(input);
  const run = openScenario(scenario);
  const losses: number[] = [];
  for (let i = 0; i < scenario.steps; i++) losses.push((await run.step()).loss);
  const prediction = await currentPrediction(scenario, run);
  run.dispose();
  return { losses, prediction };
}

test("a small GPT answers most two-digit sums that it never saw", async () => {
  const { losses, prediction } = await trained({
    steps: 400,
    model: { kind: "gpt", layers: 2, hidden: 32, heads: 4, seq: 8, vocab: 12 },
    data: { kind: "addition", digits: 2 },
    optimizer: { kind: "adamw", lr: 0.01, weightDecay: 0.01, clip: 1 },
    batch: { global: 32 },
  });
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses.at(-1)).toBeLessThan(0.5);
  if (prediction?.kind !== "sums") throw new Error("no sums were asked");
  expect(prediction.total).toBe(64);
  expect(prediction.rightShare).toBeGreaterThan(0.5);
  for (const { answer, expected, right } of prediction.answers) expect(right).toBe(answer === expected);
});

test("a small MLP separates a spiral's arms", async () => {
  const { losses, prediction } = await trained({
    steps: 200,
    model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
    data: { kind: "spiral", arms: 3 },
    optimizer: { kind: "sgd", lr: 0.3, momentum: 0.9 },
    batch: { global: 64 },
  });
  expect(losses.at(-1)).toBeLessThan(0.1);
  if (prediction?.kind !== "boundary") throw new Error("no boundary was drawn");
  const { size, classes, points } = prediction;
  const cell = (value: number) => Math.min(size - 1, Math.max(0, Math.floor(((value + 1) / 2) * size)));
  const right = points.filter((point) => classes[cell(-point.y) * size + cell(point.x)] === point.class);
  expect(right.length / points.length).toBeGreaterThan(0.95);
});
