import { expect, test } from "vitest";
import { LAB_PRESETS } from "@/content/scenarios/lab";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import {
  costsChoice,
  DATA_CHOICES,
  dataChoice,
  parseField,
  valueAt,
  withCosts,
  withData,
  withModelKind,
  withOptimizer,
  withSchedule,
  withValue,
} from "./draft";

const start = LAB_PRESETS[0].scenario;

test("every place to start from can be run", () => {
  for (const { scenario } of LAB_PRESETS) expect(() => parseScenario(scenario)).not.toThrow();
});

test("a field changes without touching the rest, and undefined takes it out", () => {
  const changed = withValue(start, ["batch", "micro"], 16);
  expect(valueAt(changed, ["batch", "micro"])).toBe(16);
  expect(valueAt(changed, ["batch", "global"])).toBe(valueAt(start, ["batch", "global"]));
  expect(changed.model).toBe(start.model);
  expect(withValue(changed, ["batch", "micro"], undefined).batch).toEqual({ global: 1024 });
  expect(valueAt(withValue({ model: start.model }, ["optimizer", "lr"], 1), ["optimizer", "lr"])).toBe(1);
});

test("what is no number is passed on as text, and the scenario's check refuses it by name", () => {
  expect([parseField("12"), parseField(" 0.5 "), parseField("1e-3")]).toEqual([12, 0.5, 0.001]);
  expect([parseField("twelve"), parseField(""), parseField("1e999")]).toEqual(["twelve", "", "1e999"]);
  const draft = withValue(start, ["batch", "global"], parseField("many"));
  expect(() => parseScenario(draft)).toThrow('batch.global must be a number, not "many"');
});

test.each(["mlp", "gpt"] as const)("every data that is offered for the %s makes a scenario that can be run", (kind) => {
  const draft = withModelKind(start, kind);
  for (const { value } of DATA_CHOICES[kind]) {
    const chosen = withData(draft, value);
    expect(dataChoice(chosen)).toBe(value);
    expect(() => parseScenario(chosen)).not.toThrow();
  }
});

test("the sizes that depend on the data follow it: 1-digit sums read 5 tokens, 2 arms are 2 classes", () => {
  expect(withData(withModelKind(start, "gpt"), "addition-1").model).toMatchObject({ seq: 5, vocab: 12 });
  expect(withData(start, "spiral-2").model).toMatchObject({ inputs: 2, classes: 2 });
});

test("another optimizer keeps rate and clipping, another clock replaces the last", () => {
  const sgd = withOptimizer({ ...start, optimizer: { kind: "adamw", lr: 0.02, clip: 1 } } as ScenarioInput, "sgd");
  expect(sgd.optimizer).toEqual({ kind: "sgd", lr: 0.02, clip: 1, momentum: 0.9 });
  for (const choice of ["unit", "fixed", "h100-sxm", "classroom"]) {
    const draft = withCosts(start, choice);
    expect(costsChoice(draft)).toBe(choice);
    expect(() => parseScenario(draft)).not.toThrow();
  }
});

test("a schedule that needs several stages a rank begins with two", () => {
  const draft = { model: { kind: "mlp", inputs: 2, hidden: 4, layers: 8, classes: 3 } } as const;
  expect(withSchedule(draft, "interleaved").schedule).toEqual({ kind: "interleaved", virtual: 2 });
  expect(withSchedule(draft, "1f1b").schedule).toEqual({ kind: "1f1b" });
});
