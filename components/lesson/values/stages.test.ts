import { expect, test } from "vitest";
import { seen, smallFigure, stepReport } from "../testing";
import { type MeasureName, readMeasure, readValue } from ".";

/** Four layers of width 4, two micro-batches of 3 samples; a stage's forward takes 1, its backward 2. */
const four = { model: { layers: 4 }, batch: { global: 6, micro: 3 }, mesh: { dp: 1, pp: 2 } };
const figure = smallFigure({ ...four, schedule: { kind: "gpipe" } });
const half = { kind: "fixed", forward: 0.5, inputGrad: 0.5, weightGrad: 0.5 } as const;
const interleaved = smallFigure({ ...four, schedule: { kind: "interleaved", virtual: 2 }, costs: half });

test.each<[MeasureName, number, number]>([
  ["deviceLayers", 0, 2],
  ["deviceLayers", 1, 2],
  ["messageBytes", 0, 48], // 3 samples, 4 wide, 4 bytes a number
  ["messageBytes", 1, 48],
  ["messagesPp", 0, 2],
  ["sentPpAllBytes", 0, 192], // each way, two micro-batches
  ["heldStages", 0, 2],
  ["ownSpanMs", 0, 9],
  ["ownSpanMs", 1, 6], // from its first forward, at 1, to the end of its last backward, at 7 of 9
  ["ownIdleMs", 0, 3],
  ["spanBubble", 0, 1 / 3],
])("%s of rank %d is %d", (name, rank, amount) => {
  expect(readMeasure(name, figure, rank).amount).toBeCloseTo(amount, 12);
});

test("a stage that is half of what a device holds counts half", () => {
  expect(readMeasure("peakMicrobatches", interleaved).amount).toBe(4);
  expect(readMeasure("heldStages", interleaved).amount).toBe(2);
  expect(readMeasure("deviceLayers", interleaved).amount).toBe(2);
  expect(readMeasure("messagesPp", interleaved).amount).toBe(6);
});

test("what crosses a cut is read from the messages that were looked at", () => {
  const observations = [
    seen("send", "layers.0.tanh", 0, 3),
    seen("recv", "layers.0.tanh", 1, 3),
    seen("send", "d(layers.0.tanh)", 1, 0.5),
  ];
  const read = (of: "cutActivationNorm" | "cutGradientNorm", rank: number) =>
    readValue(of, figure, [stepReport({ observations })], { rank })?.amount ?? null;
  expect([read("cutActivationNorm", 0), read("cutActivationNorm", 1)]).toEqual([3, 3]);
  expect([read("cutGradientNorm", 0), read("cutGradientNorm", 1)]).toEqual([null, 0.5]);
});
