import { expect, test } from "vitest";
import { timeFormat } from "@/components/marks/format";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { commOf, findingOf, readoutsOf, settingOf } from "./headline";
import { buildFigure } from "./state/figure";

const base: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 2 },
  gradientSync: { bucketBytes: 512 },
};
const figureOf = (patch: Partial<ScenarioInput>) => buildFigure(parseScenario({ ...base, ...patch }));
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const classroom = { kind: "hardware", preset: "classroom" } as const;

test("the title is the finding of the run", () => {
  expect(plain(findingOf(figureOf({})))).toMatch(/^2 devices, one model: all compute all the time/);
  expect(plain(findingOf(figureOf({ mesh: { dp: 1 } })))).toBe(
    "One device does it all: backward takes 2 times as long as forward",
  );
  const figure = figureOf({ costs: classroom });
  const { totalMs, hiddenMs, exposedMs } = commOf(figure.trace);
  expect(hiddenMs + exposedMs).toBeCloseTo(totalMs, 9);
  const share = Number(((100 * hiddenMs) / totalMs).toFixed(1));
  expect(share).toBeGreaterThan(0);
  expect(plain(findingOf(figure))).toBe(`2 devices, one model: ${share} % of the all-reduce is hidden behind backward`);
});

test("without overlap nothing is hidden, and the title says what the wait costs", () => {
  const figure = figureOf({ costs: classroom, gradientSync: { bucketBytes: 512, overlap: false } });
  expect(commOf(figure.trace).hiddenMs).toBeCloseTo(0, 9);
  expect(plain(findingOf(figure))).toMatch(
    /^2 devices, one model: each waits [\d.]+ % of the step for the all-reduce$/,
  );
});

test("the line under it names model, batch and clock, and once it trains the distance to one device", () => {
  const { scenario } = figureOf({});
  expect(plain(settingOf(scenario, []))).toBe(
    "MLP 2 → 16 → 16 → 3; 4 micro-batches of 4 a device; a backward takes two forwards",
  );
  const step = (lossDifference: number) => ({ lossDifference }) as StepReport;
  expect(plain(settingOf(scenario, [step(0), step(3e-8), step(1e-8)]))).toMatch(
    /loss differs from one device by at most 3\.0 × 10⁻⁸ so far$/,
  );
  expect(settingOf(scenario, [step(0)])).toMatch(/loss equals one device's in every step so far$/);
});

test("a model that does not fit its machine is said not to fit", () => {
  const time = { text: String } as never;
  const names = (hidden: number) => {
    const model = { kind: "mlp", inputs: 2, hidden, layers: 3, classes: 3 } as const;
    return readoutsOf(figureOf({ model, costs: classroom }), [], time).map(({ name }) => name);
  };
  expect(names(16)).toContain("peak memory");
  expect(names(1200)).toContain("peak memory, does not fit");
});

test("the title of a run that does not fit says which device runs out, when, and in which operation", () => {
  const model = { kind: "mlp", inputs: 2, hidden: 1200, layers: 3, classes: 3 } as const;
  const figure = figureOf({ model, costs: classroom });
  expect(figure.outOfMemory?.rank).toBe(0);
  expect(findingOf(figure)).toMatch(
    /^Device 1 runs out of memory (before the step begins|at .*, in the .* of .*): .* where .* fit$/,
  );
});

test("with everything shared out, more than an all-reduce is waited for", () => {
  expect(findingOf(figureOf({ costs: classroom, mesh: { dp: 2 }, zero: 3 }))).toMatch(
    /of the messages are hidden behind computing$/,
  );
});

test("a pipeline's title gives its bubble, and says so when messages have a share in it", () => {
  const pipeline = { mesh: { pp: 3 }, batch: { global: 32, micro: 4 } };
  // @source GPipe: (p - 1) / (m + p - 1) of the total, here 2 / 10.
  expect(plain(findingOf(figureOf(pipeline)))).toBe("1F1B on 3 devices: the bubble takes 20 % of the device time");
  expect(plain(findingOf(figureOf({ ...pipeline, costs: classroom })))).toMatch(
    /^1F1B on 3 devices: messages and the bubble leave [\d.]+ % of the device time idle$/,
  );
});

test("where nothing takes any time, that is said, and no number is missing", () => {
  const figure = figureOf({ costs: { kind: "fixed", forward: 0, inputGrad: 0, weightGrad: 0 } });
  expect(findingOf(figure)).toMatch(/^Nothing here takes any time/);
  for (const { value } of readoutsOf(figure, [], timeFormat("fixed", 0))) expect(value).not.toMatch(/NaN|Infinity/);
});
