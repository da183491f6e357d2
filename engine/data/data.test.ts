import { expect, test } from "vitest";
import { mulberry32 } from "../base/random";
import { parseScenario } from "../scenario";
import { additionSamples, heldOutSums, readAnswer, spell, sumAsSample } from "./addition";
import { openDataset } from "./dataset";

const mlp = { kind: "mlp", inputs: 2, hidden: 4, layers: 2, classes: 3 };

test("a sum reads left to right, its result lowest digit first, and only the result counts", () => {
  const { inputs, targets } = sumAsSample({ a: 57, b: 68 }, 2);
  expect(spell(inputs)).toBe("57+68=52");
  expect(targets).toEqual([-1, -1, -1, -1, -1, 5, 2, 1]);
  expect(readAnswer(targets.slice(-3))).toBe(125);
});

test("held-out sums never appear in training", () => {
  const draw = additionSamples(1, mulberry32(3));
  const trained = new Set(Array.from({ length: 2000 }, () => spell(draw().inputs.slice(0, 4))));
  for (const { a, b } of heldOutSums(1, 20, mulberry32(4))) expect(trained).not.toContain(`${a}+${b}=`);
});

test.each([2, 3])("a spiral of %i arms has as many classes and stays in the square", (arms) => {
  const data = openDataset(parseScenario({ model: mlp, data: { kind: "spiral", arms }, batch: { global: 300 } }));
  const samples = data.nextBatch();
  expect(new Set(samples.flatMap(({ targets }) => targets)).size).toBe(arms);
  for (const x of samples.flatMap(({ inputs }) => inputs)) expect(Math.abs(x)).toBeLessThanOrEqual(1.1);
});

test("each step draws new samples, and the same seed draws them again", () => {
  const scenario = parseScenario({ model: mlp, batch: { global: 4 } });
  const first = openDataset(scenario);
  const again = openDataset(scenario);
  const [one, two] = [first.nextBatch(), first.nextBatch()];
  expect(one).not.toEqual(two);
  expect([again.nextBatch(), again.nextBatch()]).toEqual([one, two]);
});
