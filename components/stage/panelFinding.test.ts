import { expect, test } from "vitest";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { findingOf } from "./headline";
import { buildFigure } from "./state/figure";
import type { View } from "./views";

const base: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 4 },
};
const findingFor = (views: readonly View[], patch: Partial<ScenarioInput>, steps: readonly StepReport[] = []) =>
  findingOf(buildFigure(parseScenario({ ...base, ...patch })), views, steps).replaceAll("\u00a0", " ");

test("a mesh is found to have the ranks that its devices are cut into", () => {
  expect(findingFor(["mesh"], { mesh: { dp: 2, pp: 3 } })).toBe("6 devices: 2 data × 3 pipeline ranks");
  expect(findingFor(["mesh"], {})).toBe("One device: there is nobody to talk to");
});

test("of shards it says how many parameters a device keeps: 48 + 272 + 51 of them in all", () => {
  expect(findingFor(["shards"], {})).toBe("The device keeps all 371 parameters");
  expect(findingFor(["shards"], { mesh: { dp: 2 } })).toBe("Every device keeps all 371 parameters");
  // Layers 1 and 2 have 320, layer 3 has 51.
  expect(findingFor(["shards"], { mesh: { pp: 2 } })).toBe("Of 371 parameters each device keeps between 51 and 320");
  // 371 are shared out by layer: 24, 136 and the halves of 51.
  expect(findingFor(["shards"], { mesh: { dp: 2 }, zero: 3 })).toBe("Of 371 parameters each device keeps 185 or 186");
  // Optimizer states are cut, parameters are not.
  expect(findingFor(["shards"], { mesh: { dp: 2 }, zero: 1 })).toBe("Every device keeps all 371 parameters");
});

test("memory's finding is its peaks, training's the loss, and beside a timeline time stays the finding", () => {
  expect(findingFor(["memory"], { mesh: { dp: 2 } })).toMatch(/^Each of 2 devices holds [\d.]+ kB at its peak$/);
  expect(findingFor(["tensors"], { mesh: { pp: 2 } })).toMatch(/^Device 1 holds most, .* kB at its peak; the least/);
  expect(findingFor(["training"], {})).toBe("1 device, not trained yet");
  const steps = [{ loss: 1.25 }, { loss: 0.5 }] as StepReport[];
  expect(findingFor(["training"], { mesh: { dp: 2 } }, steps)).toBe(
    "2 devices after 2 steps: the loss is 0.5000, and began at 1.2500",
  );
  expect(findingFor(["memory", "timeline"], {})).toBe(
    "One device does it all: backward takes 2 times as long as forward",
  );
});

test("of collectives it says how many a step has: two buckets, two all-reduces", () => {
  const gradientSync = { bucketBytes: 1100 };
  expect(findingFor(["collective"], { mesh: { dp: 2 }, gradientSync })).toBe("2 collectives a step on each device");
  expect(findingFor(["collective"], {})).toBe("One device: no collective");
  expect(findingFor(["collective"], { mesh: { pp: 2 } })).toBe("No device takes part in a collective");
});
