import { expect, test } from "vitest";
import { smallFigure } from "../testing";
import { type MeasureName, readMeasure } from ".";

const classroom = { kind: "hardware", preset: "classroom" } as const;
/** One bucket of 27 parameters, 108 bytes, on three devices of one node: chunks of 36 bytes. */
const oneBucket = { gradientSync: { bucketBytes: 1000 }, costs: classroom };
const ring = smallFigure(oneBucket);

// A link of this machine's node: 0.05 ms, and 20 000 bytes a ms.
test.each<[MeasureName, number]>([
  ["collectiveBytes", 108],
  ["groupSize", 3],
  ["chunkBytes", 36],
  ["collectiveRounds", 4],
  ["collectiveSentBytes", 144], // 2(n - 1)/n of 108
  ["collectiveAllBytes", 432],
  ["collectiveRootBytes", 432], // two tensors in, two out: a ring spreads it, and saves nothing
  ["linkLatencyMs", 0.05],
  ["linkBytesPerMs", 20_000],
  ["collectiveMs", 4 * (0.05 + 36 / 20_000)],
  ["collectiveRootMs", 4 * (0.05 + 108 / 20_000)],
  ["roundLatencyMs", 0.2],
  ["roundBytesMs", (4 * 36) / 20_000],
  ["latencyShare", 0.05 / (0.05 + 36 / 20_000)],
])("a ring of three: %s is %d", (name, amount) => {
  expect(readMeasure(name, ring).amount).toBeCloseTo(amount, 12);
});

test("a ring that leaves the node has the slower link", () => {
  const wide = smallFigure({ ...oneBucket, mesh: { dp: 6 } });
  expect(readMeasure("linkLatencyMs", wide).amount).toBe(0.2);
  expect(readMeasure("linkBytesPerMs", wide).amount).toBe(5_000);
  // 27 numbers on six devices: the longest chunk has five.
  expect(readMeasure("collectiveMs", wide).amount).toBeCloseTo(10 * (0.2 + 20 / 5_000), 12);
});

test("a message from one device to the next: 6 samples of 4 numbers", () => {
  const pair = smallFigure({
    mesh: { dp: 1, pp: 2 },
    batch: { micro: 6 },
    schedule: { kind: "naive" },
    costs: classroom,
  });
  expect(readMeasure("messageBytes", pair).amount).toBe(96);
  expect(readMeasure("messageMs", pair).amount).toBeCloseTo(0.05 + 96 / 20_000, 12);
});

test("where there is none, that is said", () => {
  const alone = smallFigure({ mesh: { dp: 1 }, costs: classroom });
  expect(() => readMeasure("collectiveMs", alone)).toThrow("takes part in no collective");
  expect(() => readMeasure("messageMs", alone)).toThrow("sends no message");
  expect(() => readMeasure("linkLatencyMs", smallFigure())).toThrow("only a machine has links");
});
