/** Nothing is said to fit that does not: every remedy is built, timed and accounted for again, from its name alone. */
import { expect, test } from "vitest";
import { parseScenario, type Scenario, type ScenarioInput, savingsOf } from "@/engine/scenario";
import { buildFigure, capacityOf } from "../stage/state/figure";
import { remediesSentence, type Tried, tryRemedies } from "./remedies";

const wide: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 256, layers: 5, classes: 3 },
  batch: { global: 8192, micro: 4096 },
  mesh: { dp: 2 },
  optimizer: { kind: "adamw", lr: 0.01 },
  costs: { kind: "hardware", preset: "classroom" },
};
const gpt: ScenarioInput = {
  model: { kind: "gpt", layers: 4, hidden: 96, heads: 4, seq: 64, vocab: 64 },
  batch: { global: 64, micro: 16 },
  mesh: { dp: 2 },
  costs: { kind: "hardware", preset: "classroom" },
};
const huge: ScenarioInput = {
  ...wide,
  batch: { global: 64, micro: 32 },
  model: { ...wide.model, hidden: 1024, layers: 12 } as never,
};
const manyParameters: ScenarioInput = {
  ...wide,
  model: { kind: "mlp", inputs: 2, hidden: 352, layers: 8, classes: 3 },
  batch: { global: 64, micro: 16 },
  mesh: { dp: 4 },
};

const tried = (input: ScenarioInput): Tried[] => [...tryRemedies(buildFigure(parseScenario(input)))];

/** The change of a name, carried out once more, here. */
function again(input: ScenarioInput, name: string): Scenario {
  const scenario = parseScenario(input);
  const found = savingsOf(scenario)
    .flatMap(({ levels }) => levels)
    .find((level) => level.name === name);
  if (!found) throw new Error(`nothing is called ${name}`);
  return parseScenario(found.apply(scenario));
}

const peakOf = (scenario: Scenario) =>
  Math.max(...buildFigure(scenario).devices.map(({ peakBytes: { total } }) => total));

test.each([
  ["many activations", wide],
  ["a sequence", gpt],
  ["many parameters", manyParameters],
  ["far too much", huge],
])("%s: what is said to fit is below the capacity, and what is not, is above", (_, input) => {
  const capacity = capacityOf(parseScenario(input)) as number;
  expect(buildFigure(parseScenario(input)).outOfMemory).not.toBeNull();
  const tries = tried(input);
  expect(tries.length).toBeGreaterThan(2);
  for (const { name, fits, peakBytes } of tries) {
    expect(fits, name).toBe(peakBytes <= capacity);
    if (name.endsWith(" together")) continue;
    expect(peakBytes, name).toBe(peakOf(again(input, name)));
  }
});

test("of each kind of change the mildest that fits is named, and no stronger one is tried", () => {
  const names = tried(wide)
    .filter(({ fits }) => fits)
    .map(({ name }) => name);
  const micro = names.find((name) => name.startsWith("micro-batches of "));
  expect(micro).toBeDefined();
  const size = Number(micro?.match(/\d+/)?.[0]);
  expect(buildFigure(again(wide, micro as string)).outOfMemory).toBeNull();
  expect(buildFigure(again(wide, `micro-batches of ${2 * size}`)).outOfMemory).not.toBeNull();
  expect(remediesSentence(tried(wide))).toMatch(/^It would fit with .*micro-batches of \d+ \([\d.]+ MB at most\)/);
});

test("parameters that are too many are shared out or cut, and no smaller micro-batch is said to help", () => {
  const fitting = tried(manyParameters).filter(({ fits }) => fits);
  const here = fitting.filter(({ needsDevices }) => !needsDevices);
  expect(here.map(({ name }) => name)).toEqual(["ZeRO-1"]);
  expect(remediesSentence(tried(manyParameters))).toContain(
    "on more devices with 2 pipeline ranks and micro-batches of 8 (",
  );
});

test("where nothing is enough, what comes nearest is named, and nothing is said to fit", () => {
  const tries = tried(huge);
  expect(tries.filter(({ fits }) => fits)).toEqual([]);
  expect(tries.at(-1)?.name).toBe("each layer's forward computed again, micro-batches of 1 and ZeRO-3 together");
  const least = Math.min(...tries.map(({ peakBytes }) => peakBytes));
  const nearest = tries.find(({ peakBytes }) => peakBytes === least)?.name as string;
  expect(remediesSentence(tries)).toContain(`none makes it fit; nearest comes ${nearest}`);
});
