import { describe, expect, test } from "vitest";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure } from "../../stage/state/figure";
import { clockOf } from "../facts";
import { formatAmount } from "../formatAmount";
import { smallFigure } from "../testing";
import { type MeasureName, readMeasure } from ".";

/** 4 samples through 2 → 4 → 4 → 3, on the classroom machine: 10⁶ FLOPs, 5 × 10⁵ bytes in a millisecond. */
const INPUT: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 4, layers: 3, classes: 3 },
  data: { kind: "spiral" },
  batch: { global: 4 },
  costs: { kind: "hardware", preset: "classroom" },
};
const figureOf = (patch: Partial<ScenarioInput> = {}) => buildFigure(parseScenario({ ...INPUT, ...patch }));
const one = figureOf();
const read = (name: MeasureName, figure = one, rank = 0) => readMeasure(name, figure, rank).amount;

describe("a machine", () => {
  test.each<[MeasureName, number]>([
    ["peakFlops", 1e9],
    ["memoryBandwidth", 5e8],
    ["machineBalance", 2],
    ["launchMs", 0.01],
    ["insideBandwidth", 2e7],
    ["betweenBandwidth", 5e6],
    ["insideLatencyMs", 0.05],
    ["betweenLatencyMs", 0.2],
    ["productFlops", 128], // 2 x 4 samples x 4 x 4
    ["productBytes", 208], // inputs 16, weights 16, biases 4, outputs 16 numbers
    ["productArithmeticMs", 128 / 1e6],
    ["productTrafficMs", 208 / 5e5],
    ["activationFlops", 16],
    ["activationTraffic", 128],
    ["activationIntensity", 1 / 8],
  ])("%s is %d", (name, amount) => expect(read(name)).toBeCloseTo(amount, 9));

  test("an operation takes its launch, and the slower of arithmetic and memory traffic", () => {
    expect(read("productMs")).toBeCloseTo(0.01 + Math.max(128 / 1e6, 208 / 5e5), 12);
    expect(read("activationMs")).toBeCloseTo(0.01 + 128 / 5e5, 12);
  });

  test("launches, arithmetic and memory traffic are all of the busy time", () => {
    expect(read("launchShare") + read("arithmeticShare") + read("trafficShare")).toBeCloseTo(1, 12);
    expect(read("launchShare")).toBeCloseTo((read("operations") * 0.01) / read("busyMs"), 12);
    // More than a byte for each of two FLOPs everywhere: so small a network waits for memory only.
    expect(read("arithmeticShare")).toBe(0);
  });

  test("a device uses that part of its speed in which it could have done its arithmetic", () => {
    expect(read("utilisation")).toBeCloseTo(read("stepFlops") / 1e6 / read("stepMs"), 12);
  });

  test("FLOPs for each of 47 parameters and 4 samples; MFU counts six of them, whatever was done", () => {
    expect(read("flopsEach")).toBeCloseTo(read("stepFlops") / (47 * 4), 12);
    expect(read("modelUtilisation")).toBeCloseTo((read("utilisation") * 6) / read("flopsEach"), 12);
  });

  test("the arithmetic of a step does not depend on who does it", () => {
    expect(read("stepFlops", figureOf({ mesh: { dp: 2 } }))).toBe(read("stepFlops"));
  });

  test("a message takes its latency, and its bytes over the bandwidth", () => {
    const two = figureOf({ mesh: { pp: 3 }, batch: { global: 4, micro: 4 }, schedule: { kind: "naive" } });
    expect(read("messageBytes", two)).toBe(64);
    expect(read("messageMs", two)).toBeCloseTo(0.05 + 64 / 2e4, 12);
    expect(() => read("messageMs", one)).toThrow("rank 0 sends no message");
  });

  test("costs of no machine have none of this", () => {
    expect(() => read("peakFlops", smallFigure())).toThrow("only the costs of a machine");
  });
});

describe("how much faster many are", () => {
  test("one device alone is as fast as one device", () => {
    expect(read("speedUp")).toBe(1);
    expect(read("efficiency")).toBe(1);
  });

  test("its step time is that of the whole batch at once, whatever is cut", () => {
    const cut = figureOf({ mesh: { dp: 2, pp: 1, tp: 2 }, batch: { global: 4, micro: 1 } });
    expect(read("oneDeviceMs", cut)).toBe(read("stepMs"));
    expect(read("speedUp", cut)).toBe(read("stepMs") / read("stepMs", cut));
    expect(read("efficiency", cut)).toBe(read("speedUp", cut) / 4);
  });
});

test("speeds and single operations are written with three figures and their unit", () => {
  expect(formatAmount(readMeasure("memoryBandwidth", one), clockOf(one))).toBe("500\u00a0MB/s");
  expect(formatAmount(readMeasure("peakFlops", one), clockOf(one))).toBe("1\u00a0GFLOP/s");
  expect(formatAmount(readMeasure("productFlops", one), clockOf(one))).toBe("128\u00a0FLOP");
  expect(formatAmount({ amount: 0.01, unit: "duration" }, clockOf(one))).toBe("0.01\u00a0ms");
  expect(formatAmount({ amount: 4.9652, unit: "duration" }, clockOf(one))).toBe("4.97\u00a0ms");
});
