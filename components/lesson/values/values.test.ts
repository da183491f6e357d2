import { describe, expect, test } from "vitest";
import { clockOf } from "../facts";
import { formatAmount, formatWord } from "../formatAmount";
import { seen, smallFigure, stepReport } from "../testing";
import { type MeasureName, readMeasure, readValue } from ".";

const figure = smallFigure();

describe("27 parameters on 3 devices", () => {
  test.each<[MeasureName, number]>([
    ["numDevices", 3],
    ["globalBatch", 6],
    ["samplesPerDevice", 2],
    ["parameterCount", 27],
    ["parameterBytes", 108],
    ["gradientBytes", 108],
    ["optimizerBytes", 0],
    ["bucketCount", 2],
    ["allReduceCount", 2],
    ["ringSteps", 4], // 2(n - 1)
    ["sentBytesPerDevice", 144], // 2(n - 1)/n of 108
    ["sentOverGradient", 4 / 3],
    ["sentBytesTotal", 432], // as much as through one root: 216 in and 216 out
    ["rootBytes", 216],
    ["activationBytes", 80], // inputs 2 x 2, tanh 2 x 4, targets 2, probabilities 2 x 3: 4 bytes each
    ["stepMs", 3],
    ["passesMs", 3],
    ["commMs", 0],
  ])("%s is %d", (name, amount) => {
    expect(readMeasure(name, figure).amount).toBeCloseTo(amount, 12);
  });

  test("one device alone sends nothing", () => {
    const alone = smallFigure({ mesh: { dp: 1 } });
    expect(readMeasure("sentBytesPerDevice", alone).amount).toBe(0);
    expect(readMeasure("ringSteps", alone).amount).toBe(0);
  });

  test("a rank that is not there is an error", () => {
    expect(() => readMeasure("peakBytes", figure, 3)).toThrow("no rank 3 among 3 devices");
  });
});

describe("4 stages, 8 micro-batches, one unit a forward and two a backward", () => {
  const four = smallFigure({
    model: { layers: 4 },
    batch: { global: 8, micro: 1 },
    mesh: { dp: 1, pp: 4 },
    schedule: { kind: "1f1b" },
    costs: { kind: "unit" },
  });
  test.each<[MeasureName, number, number]>([
    ["bubbleOverTotal", 0, 3 / 11],
    ["formulaOverTotal", 0, 3 / 11],
    ["bubbleOverIdeal", 0, 3 / 8],
    ["formulaOverIdeal", 0, 3 / 8],
    ["busyShare", 0, 8 / 11],
    ["busyMs", 2, 24],
    ["idleMs", 2, 9],
    ["firstStartMs", 3, 3],
    ["lastEndMs", 3, 27],
    ["peakMicrobatches", 0, 4],
    ["peakMicrobatches", 3, 1],
    ["microbatches", 0, 8],
    ["microbatchSamples", 0, 1],
    ["pipelineParallel", 0, 4],
    ["layers", 0, 4],
    ["hidden", 0, 4],
    ["sentPpBytes", 0, 8 * 4 * 4], // 8 micro-batches of one sample, 4 wide, 4 bytes each
    ["sentPpBytes", 1, 2 * 8 * 4 * 4], // activations on, and their gradients back
    ["sentDpBytes", 0, 0],
    ["sentBytes", 1, 256],
    ["sentAllBytes", 0, 128 + 256 + 256 + 128],
    ["trainingSteps", 0, 2],
  ])("%s of device %d is %d", (name, rank, amount) => {
    expect(readMeasure(name, four, rank).amount).toBeCloseTo(amount, 12);
  });
});

test("what only a transformer or a machine has is asked of them only", () => {
  expect(() => readMeasure("heads", figure)).toThrow("only a transformer");
  expect(() => readMeasure("formulaParameters", figure)).toThrow("that of a transformer");
  expect(() => readMeasure("capacityBytes", figure)).toThrow("only the costs of a machine");
  const timed = smallFigure({ costs: { kind: "hardware", preset: "classroom" } });
  expect(readMeasure("capacityBytes", timed).amount).toBe(8e6);
});

test("peaks by kind, of one device and of all; bytes for each parameter", () => {
  expect(readMeasure("peakParameterBytes", figure, 1).amount).toBe(108);
  expect(readMeasure("peakGradientBytes", figure, 1).amount).toBe(108);
  expect(readMeasure("peakActivationBytes", figure).amount).toBe(104); // for a moment, the logits as well
  expect(readMeasure("allPeakBytes", figure).amount).toBe(3 * readMeasure("fullestBytes", figure).amount);
  expect(readMeasure("modelParameters", figure).amount).toBe(27);
  expect(readMeasure("stateBytesEach", figure).amount).toBe(8); // plain gradient descent keeps nothing
  expect(readMeasure("activationBytesPerSample", figure).amount).toBe(40);
  expect(readMeasure("allReducesDp", figure).amount).toBe(2);
  expect(readMeasure("allGathersTp", figure).amount).toBe(0);
});

describe("values of a run", () => {
  const ranks = [0, 1, 2];
  const gradients = ranks.flatMap((rank) => [
    seen("flatten", "bucket0", rank, 3 * (rank + 1), [rank - 1]),
    seen("flatten", "bucket1", rank, 4 * (rank + 1)),
    seen("allReduce", "bucket0", rank, 1, [0]),
    seen("allReduce", "bucket1", rank, 0),
  ]);
  const parameters = ranks.map((rank) => ({ ...seen("optimize", "bucket0", rank, 2, [0.5]), buffer: "w" }));
  const first = stepReport({ lossDifference: 1e-8, observations: [...gradients, ...parameters] });
  const read = (name: Parameters<typeof readValue>[0], reports = [first], rank?: number) =>
    readValue(name, figure, reports, { rank })?.amount ?? null;

  test("are unknown before it", () => {
    expect(read("loss", [])).toBeNull();
    expect(read("stepMs", [])).toBe(3);
  });

  test("a norm is that of all buckets together: 3 and 4 give 5", () => {
    expect(read("localGradNorm", [first], 0)).toBe(5);
    expect(read("localGradNorm", [first], 1)).toBe(10);
    expect(read("meanLocalGradNorm")).toBe(10);
    expect(read("averagedGradNorm", [first], 2)).toBe(1);
  });

  test("the first number of each device and its average", () => {
    expect(ranks.map((rank) => read("localGradient", [first], rank))).toEqual([-1, 0, 1]);
    expect(read("averagedGradient", [first], 1)).toBe(0);
  });

  test("a bucket that nobody looked at leaves the norm unknown", () => {
    const partly = stepReport({ observations: gradients.slice(1) });
    expect(read("localGradNorm", [partly], 0)).toBeNull();
    expect(read("meanLocalGradNorm", [partly])).toBeNull();
  });

  test("differences are the largest of all steps", () => {
    const later = stepReport({ step: 2, lossDifference: 3e-8, parameterDifference: 2e-7, observations: parameters });
    expect(read("lossDifference", [first])).toBeNull(); // one of two steps is not all of them
    expect(read("lossDifference", [first, later])).toBe(3e-8);
    expect(read("parameterDifference", [first, later, stepReport()])).toBe(2e-7);
    expect(read("replicaDifference", [first, later])).toBe(0);
  });

  test("a replica that drifts is seen, in its norm or its numbers", () => {
    const drifted = parameters.map((o) => (o.rank === 2 ? { ...o, first: [0.75] } : o));
    const [whole, partly] = [drifted, drifted.slice(1)].map((observations) => stepReport({ observations }));
    expect(read("replicaDifference", [whole, whole])).toBe(0.25);
    expect(read("replicaDifference", [whole, partly])).toBeNull();
  });
});

test("numbers keep their unit on the line, and small counts can be words", () => {
  const timed = smallFigure({ costs: { kind: "hardware", preset: "classroom" } });
  expect(formatAmount({ amount: 51468, unit: "bytes" }, clockOf(figure))).toBe("51.5\u00a0kB");
  expect(formatAmount({ amount: 12867, unit: "count" }, clockOf(figure))).toBe("12,867");
  expect(formatAmount({ amount: 0.117, unit: "share" }, clockOf(figure))).toBe("11.7\u00a0%");
  expect(formatAmount({ amount: 3.2857, unit: "times" }, clockOf(figure))).toBe("3.29");
  expect(formatAmount({ amount: -0.05, unit: "number" }, clockOf(figure))).toBe("−0.0500");
  expect(formatAmount({ amount: 3, unit: "ms" }, clockOf(figure))).toBe("3\u00a0time units");
  expect(formatAmount({ amount: 0.5, unit: "ms" }, clockOf(timed))).toBe("0.5\u00a0ms");
  expect(formatWord({ amount: 4, unit: "count" }, clockOf(figure), false)).toBe("four");
  expect(formatWord({ amount: 4, unit: "count" }, clockOf(figure), true)).toBe("Four");
  expect(formatWord({ amount: 64, unit: "count" }, clockOf(figure), true)).toBe("64");
});

test("no two files of values use the same name", async () => {
  const files = import.meta.glob<Record<string, object>>("./*.ts", { eager: true });
  const names = Object.entries(files)
    .filter(([file]) => !/index|test/.test(file))
    .flatMap(([, exported]) => Object.entries(exported).filter(([name]) => name.endsWith("_VALUES")))
    .flatMap(([, values]) => Object.keys(values));
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
