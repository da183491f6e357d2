import { expect, test } from "vitest";
import { smallFigure } from "../testing";
import { type MeasureName, readMeasure } from ".";

// 27 parameters, 12 in the first layer and 15 in the second, on 3 devices; plain gradient descent keeps nothing.
const read = (name: MeasureName, zero: number, extra: object = {}) =>
  readMeasure(name, smallFigure({ zero, ...extra })).amount;

test.each<[MeasureName, readonly number[]]>([
  ["zeroStage", [0, 1, 2, 3]],
  ["modelBytes", [108, 108, 108, 108]],
  ["stateOverParameters", [8, 8, 4 + 4 / 3, 8 / 3]],
  ["allModelStateBytes", [648, 648, 432, 216]],
  ["gatheredBytes", [0, 0, 0, 48 + 60]], // Two layers are all it has.
  ["waitingGradientBytes", [0, 0, 60, 60]], // Messages take no time here: one layer's gradient is gone before the next.
])("%s without ZeRO and with 1, 2 and 3: %j", (name, amounts) => {
  amounts.forEach((amount, zero) => {
    expect(read(name, zero)).toBeCloseTo(amount, 12);
  });
});

test("Adam adds 8 bytes a parameter, or its part of them", () => {
  const adam = { optimizer: { kind: "adamw", lr: 0.01 } } as const;
  expect(read("stateOverParameters", 0, adam)).toBe(16);
  expect(read("stateOverParameters", 1, adam)).toBeCloseTo(8 + 8 / 3, 12);
});

test("the optimizer takes less time on a part", () => {
  const machine = { costs: { kind: "hardware", preset: "classroom" }, model: { hidden: 64 } } as const;
  const [all, part] = [0, 1].map((zero) => read("optimizerMs", zero, machine));
  expect(part).toBeGreaterThan(0);
  expect(part).toBeLessThan(all);
});
