/**
 * What the lesson on ZeRO claims of its clusters. One file, however long, as the lesson is: whoever changes a sentence finds its
 * test by the lesson's name.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { buildFigure } from "@/components/stage/state/figure";
import { tensorsAt } from "@/engine/account";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { product, range, sum } from "@/engine/base/range";
import { mistakeNamed } from "@/engine/mistakes";
import { isCollective, type RankProgram } from "@/engine/program";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario } from "@/engine/scenario";
import { idlesOf, spansOf } from "@/engine/trace";

const source = readFileSync(new URL("08-zero.mdx", import.meta.url), "utf8");
let lesson: Awaited<ReturnType<typeof openLessonTest>>;
beforeAll(async () => {
  lesson = await openLessonTest("zero");
}, 60_000);

const STAGES = ["plain", "one", "two", "three"];
const value: typeof lesson.value = (...of) => lesson.value(...of);
const spans = (scene: string, op: string, on?: string) =>
  spansOf(lesson.figure(scene).trace, 0).filter(
    ({ instruction }) => instruction.op === op && (on === undefined || instruction.on === on),
  );
const ends = (scene: string, op: string) => Math.max(...spans(scene, op).map(({ endMs }) => endMs));
/** What device 1 holds after everything that happens until then. */
const held = (scene: string, atMs: number) => {
  const { atMs: times, bytes } = lesson.figure(scene).profiles[0];
  return bytes[times.findLastIndex((time) => time <= atMs)];
};

describe("the network that does not fit", () => {
  test("runs out of room in backward, where the cursor stands", () => {
    const { outOfMemory, trace } = lesson.figure("too-large");
    const { op, on } = trace.program.ranks[0].instructions[outOfMemory?.index ?? 0];
    expect([op, on]).toEqual(["weightGrad", "layers.4"]);
    expect(outOfMemory?.atMs).toBe(spans("too-large", "weightGrad", "layers.4")[0].startMs);
  });

  test("most of the memory is full before the step, and without any activations it would not fit either", () => {
    const before = value("parameterBytes", "too-large") + value("optimizerBytes", "too-large");
    expect(before).toBeGreaterThan(0.8 * value("capacityBytes", "too-large"));
    expect(value("modelStateBytes", "too-large")).toBeGreaterThan(value("capacityBytes", "too-large"));
    expect(value("fullestBytes", "too-large")).toBeGreaterThan(1.2 * value("capacityBytes", "too-large"));
  });

  test("fits with each stage of ZeRO; 1 and 2 send what plain data parallelism sends, and take as long as each other", () => {
    expect(range(4).map((stage) => lesson.figure(`fits-${stage}`).outOfMemory !== null)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(value("sentBytesPerDevice", "fits-1")).toBe(value("sentBytesPerDevice", "fits-0"));
    expect(value("sentBytesPerDevice", "fits-2")).toBe(value("sentBytesPerDevice", "fits-0"));
    expect(value("stepMs", "fits-2")).toBeCloseTo(value("stepMs", "fits-1"), 9);
    expect(value("stepMs", "fits-1")).toBeLessThan(value("stepMs", "fits-0"));
    const saved = value("peakBytes", "fits-1") - value("peakBytes", "fits-2");
    expect(saved).toBeLessThan(value("peakGradientBytes", "fits-1") - value("peakGradientBytes", "fits-2"));
  });
});

test("what is held is what the formulas say, in bytes a parameter", () => {
  const n = value("numDevices", "plain");
  const bytes = STAGES.map((scene) => value("stateOverParameters", scene));
  expect(bytes).toEqual([16, 8 + 8 / n, 4 + 12 / n, 16 / n]);
  expect(value("parameterBytes", "plain")).toBe(4 * value("parameterCount", "plain"));
  expect(value("optimizerBytes", "plain")).toBe(8 * value("parameterCount", "plain"));
  expect(value("gradientBytes", "plain")).toBe(4 * value("parameterCount", "plain"));
});

test("what is sent is 2, 2, 2 and 3 times the parameters, times (n - 1)/n", () => {
  const n = value("numDevices", "plain");
  const times = STAGES.map((scene) => value("sentBytesPerDevice", scene) / value("modelBytes", scene));
  expect(times).toEqual([2, 2, 2, 3].map((psi) => (psi * (n - 1)) / n));
});

test("each stage has a lower peak than the one before, and keeps the activations", () => {
  const peaks = STAGES.map((scene) => value("peakBytes", scene));
  expect(peaks).toEqual([...peaks].sort((a, b) => b - a));
  expect(new Set(peaks).size).toBe(4);
  expect(new Set(STAGES.map((scene) => value("peakActivationBytes", scene))).size).toBe(1);
});

describe("without ZeRO", () => {
  test("all of the model state is held when the optimizer starts", () => {
    const [{ startMs }] = spans("plain", "sumSquares");
    const { parameters, gradients, optimizer } = held("plain", startMs);
    expect(parameters + gradients + optimizer).toBe(value("modelStateBytes", "plain"));
  });
});

describe("ZeRO-1", () => {
  test("sends no all-reduce: a reduce-scatter and an all-gather for each layer, the last layer first", () => {
    expect(value("allReduceCount", "one")).toBe(0);
    const order = range(6).map((i) => `layers.${5 - i}`);
    for (const op of ["reduceScatter", "allGather"]) {
      expect(spans("one", op).map(({ instruction }) => instruction.on)).toEqual(order);
    }
  });

  test("a layer is reduce-scattered while the layer before it runs backward", () => {
    const [scatter] = spans("one", "reduceScatter", "layers.3");
    const [backward] = spans("one", "inputGrad", "layers.2");
    expect(scatter.startMs).toBeLessThan(backward.endMs);
    expect(scatter.endMs).toBeGreaterThan(backward.startMs);
  });

  test("gradients are whole until backward has ended, then a device keeps a quarter", () => {
    const backwardMs = ends("one", "weightGrad");
    const [{ startMs }] = spans("one", "sumSquares");
    const firstKept = Math.min(...spans("one", "keepPart").map((span) => span.startMs));
    expect(value("peakGradientBytes", "one")).toBe(value("modelBytes", "one"));
    expect(firstKept).toBeGreaterThanOrEqual(backwardMs);
    expect(held("one", startMs).gradients).toBe(value("modelBytes", "one") / 4);
  });

  test("most of the all-gathers are exposed, and the step is shorter than without ZeRO, as the optimizer is", () => {
    const { trace } = lesson.figure("one");
    const gathers = spans("one", "allGather");
    const gatherMs = sum(gathers.map(({ startMs, endMs }) => endMs - startMs));
    expect(trace.stepMs - ends("one", "optimize")).toBeGreaterThan(gatherMs / 2);
    expect(value("stepMs", "one")).toBeLessThan(value("stepMs", "plain"));
    expect(value("optimizerMs", "one")).toBeLessThan(value("optimizerMs", "plain") / 2);
  });

  test("layers.5 is updated and gathered first, while the optimizer still works on the others; layers.0 last", () => {
    expect(spans("one", "optimize")[0].instruction.on).toBe("layers.5");
    expect(spans("one", "allGather")[0].instruction.on).toBe("layers.5");
    expect(spans("one", "allGather").at(-1)?.instruction.on).toBe("layers.0");
    expect(spans("one", "allGather", "layers.5")[0].startMs).toBeLessThan(ends("one", "optimize"));
  });

  test("without the gather of a layer the copies stay equal, and are not those of one device", async () => {
    await startNodeBackend("wasm");
    const broken = lesson.script.mistakes.find(({ id }) => id === "break-gather");
    if (!broken) throw new Error("no such mistake");
    const scenario = parseScenario(broken.scenario);
    const check = await checkProgram(scenario, mistakeNamed(broken.mistake).make(scenario));
    expect(check.replicas).toBe(0);
    expect(check.parameter).toBeGreaterThan(0.01);
  });

  test("a cut goes through the middle of a row", () => {
    const { buffers, groups } = lesson.figure("one").trace.program.ranks[0];
    const group = groups.find(({ name }) => name === "layers.1");
    const shapes = (group?.parameters ?? []).map((name) => buffers.find((buffer) => buffer.name === name)?.shape ?? []);
    const [[, columns]] = shapes;
    expect((sum(shapes.map(product)) / 4) % columns).not.toBe(0);
  });
});

describe("ZeRO-2", () => {
  test("has ZeRO-1's messages at the same moments", () => {
    const messages = (scene: string) =>
      spansOf(lesson.figure(scene).trace, 0)
        .filter(({ instruction }) => instruction.stream === "comm")
        .map(({ instruction: { op, on }, startMs, endMs }) => [op, on, startMs.toFixed(9), endMs.toFixed(9)]);
    expect(messages("two")).toEqual(messages("one"));
    expect(value("stepMs", "two")).toBeCloseTo(value("stepMs", "one"), 9);
  });

  test("never holds more than a quarter of the averages, and whole gradients only while they wait", () => {
    expect(value("peakGradientBytes", "two")).toBe(value("modelBytes", "two") / 4);
    expect(value("waitingGradientBytes", "two")).toBeGreaterThan(0);
    expect(value("waitingGradientBytes", "two")).toBeLessThan(value("modelBytes", "two"));
  });
});

describe("ZeRO-3", () => {
  const layerOf = (on: string) => Number(on.replace("layers.", "").split(".")[0]);

  test("nothing is computed before the first layer is gathered", () => {
    const [gather] = spans("three", "allGather", "layers.0");
    const [forward] = spans("three", "forward");
    expect(gather.startMs).toBe(0);
    expect(forward.startMs).toBe(gather.endMs);
  });

  test("the gather of a layer begins with the forward of the one before, and the device waits for it", () => {
    const [gather] = spans("three", "allGather", "layers.2");
    const [before] = spans("three", "forward", "layers.1");
    const [forward] = spans("three", "forward", "layers.2");
    expect(gather.startMs).toBe(before.startMs);
    expect(forward.startMs).toBe(gather.endMs);
    const waits = idlesOf(lesson.figure("three").trace, 0);
    expect(waits.some(({ endMs }) => endMs === forward.startMs)).toBe(true);
  });

  test("four times the samples: the same messages, less than half of the waiting, less than twice the step", () => {
    const ratio = (of: "commMs" | "exposedCommMs" | "stepMs") => value(of, "more-to-hide") / value(of, "three");
    expect(ratio("commMs")).toBeCloseTo(1, 9);
    expect(ratio("exposedCommMs")).toBeLessThan(0.5);
    expect(ratio("stepMs")).toBeLessThan(2);
  });

  const layerBytes = 4 * (80 * 80 + 80);

  test("two layers at most are gathered, as in the middle of layers.3's forward, and the last one twice in a row", () => {
    expect(value("gatheredBytes", "three")).toBe(2 * layerBytes);
    const [{ startMs, endMs }] = spans("three", "forward", "layers.3");
    expect(held("three", (startMs + endMs) / 2).buffers).toBe(2 * layerBytes);
    const [first, second] = spans("three", "allGather", "layers.5");
    expect(first.endMs).toBeLessThanOrEqual(ends("three", "forward"));
    expect(second.startMs).toBe(ends("three", "forward"));
  });

  test("backward starts its work in the order that the text shows", () => {
    const { instructions, buffers } = lesson.figure("three").trace.program.ranks[0] as RankProgram;
    const words: string[] = [];
    for (const one of instructions) {
      if (one.action?.kind !== "B" || one.on === "loss") continue;
      const layer = layerOf(one.on);
      if (isCollective(one)) words.push(`${one.op === "allGather" ? "AG" : "RS"}[${layer}]`);
      else if (!one.on.endsWith("tanh") && words.at(-1) !== `B${layer}`) words.push(`B${layer}`);
      if (one.frees.some((id) => /weight@\d+$/.test(buffers[id].name))) words.push(`free[${layer}]`);
    }
    expect(source).toContain("```");
    expect(words).toEqual(/```([^`]+)```/.exec(source)?.[1]?.trim().split(/\s+/));
  });

  test("then the buffers hold a gathered layer, a whole gradient, and what backward hands on", () => {
    const [{ startMs }] = spans("three", "reduceScatter", "layers.4");
    const there = tensorsAt(lesson.figure("three").trace, 0, startMs).filter(({ buffer }) => buffer.kind === "buffers");
    const bytesOf = (named: RegExp) =>
      sum(there.flatMap(({ buffer, bytes }) => (named.test(buffer.name) ? [bytes] : [])));
    expect(bytesOf(/^layers\.3\.(weight|bias)@/)).toBe(layerBytes);
    expect(bytesOf(/^grad:layers\.4\./)).toBe(layerBytes);
    expect(there.every(({ buffer }) => /^(layers\.3\.|grad:layers\.4\.|d\(|loss#)/.test(buffer.name))).toBe(true);
  });

  test("layers.4 is reduce-scattered while layers.3 computes, and nothing is gathered after the optimizer", () => {
    const [scatter] = spans("three", "reduceScatter", "layers.4");
    const [backward] = spans("three", "inputGrad", "layers.3");
    expect(scatter.startMs).toBeLessThan(backward.endMs);
    expect(scatter.endMs).toBeGreaterThan(backward.startMs);
    expect(ends("three", "allGather")).toBeLessThan(spans("three", "optimize")[0].startMs);
  });

  test("the gather of layers.2 follows the reduce-scatter of layers.4 on the link, and the device waits for it", () => {
    const [scatter] = spans("three", "reduceScatter", "layers.4");
    const gather = spans("three", "allGather", "layers.2")[1];
    expect(gather.startMs).toBe(scatter.endMs);
    expect(idlesOf(lesson.figure("three").trace, 0).some(({ endMs }) => endMs === gather.endMs)).toBe(true);
  });

  test("the step does not grow as the bytes do", () => {
    const slower = value("stepMs", "three") / value("stepMs", "two");
    expect(slower).toBeGreaterThan(1.1);
    expect(slower).toBeLessThan(1.25);
  });

  test("on twice as many devices the model state halves; activations and gathered layers stay", () => {
    // But for the padding of one layer.
    expect(value("modelStateBytes", "twice-the-devices") / value("modelStateBytes", "three")).toBeCloseTo(0.5, 3);
    for (const name of ["peakActivationBytes", "gatheredBytes"] as const) {
      expect(value(name, "twice-the-devices")).toBe(value(name, "three"));
    }
    expect(value("stepMs", "twice-the-devices")).toBeGreaterThan(2 * value("stepMs", "three"));
  });
});

describe("four micro-batches", () => {
  const m = 4;

  test("ZeRO-1 sends once, ZeRO-2 (m + 1), ZeRO-3 3m times the parameters", () => {
    const times = range(3).map((i) => {
      const scene = `micro-${i + 1}`;
      expect(value("microbatches", scene)).toBe(m);
      return value("sentBytesPerDevice", scene) / value("modelBytes", scene);
    });
    expect(times).toEqual([2, m + 1, 3 * m].map((psi) => (psi * 3) / 4));
    expect(value("sentBytesPerDevice", "micro-0")).toBe(value("sentBytesPerDevice", "micro-1"));
    expect(value("sentBytesPerDevice", "micro-1")).toBe(value("sentBytesPerDevice", "one"));
  });

  test("ZeRO-2's gradients pile up; with those of two layers at most, it would hold less than ZeRO-1", () => {
    const [waiting, two] = [value("waitingGradientBytes", "micro-2"), 2 * 4 * (80 * 80 + 80)];
    expect(waiting).toBeGreaterThan(value("modelBytes", "micro-2"));
    const { total, ...kinds } = lesson.figure("micro-2").devices[0].peakBytes;
    expect(sum(Object.values(kinds)) - waiting + two).toBeLessThan(value("peakBytes", "micro-1"));
    expect(total).toBeGreaterThan(value("peakBytes", "micro-1"));
  });

  test("with ZeRO-3 a device is idle for most of the step", () => {
    expect(value("idleShare", "micro-3")).toBeGreaterThan(0.7);
  });
});

test("the exercise: the first formula below the room of a device is the lowest stage that fits", () => {
  const scene = "lowest-stage";
  const [psi, n, capacity] = (["parameterCount", "numDevices", "capacityBytes"] as const).map((of) => value(of, scene));
  const state = [16, 8 + 8 / n, 4 + 12 / n, 16 / n].map((each) => each * psi);
  expect(state.map((bytes) => bytes < 0.9 * capacity)).toEqual([false, false, true, true]);
  const fits = (zero: number) =>
    buildFigure(parseScenario(patchScenario(lesson.script.scenarios[scene], { zero }))).outOfMemory === null;
  expect(range(4).map(fits)).toEqual([false, false, true, true]);
  // What the task says of activations and buffers, with which it can be counted.
  const beside = 2 * value("peakActivationBytes", scene);
  range(4).forEach((zero) => {
    const { devices } = buildFigure(parseScenario(patchScenario(lesson.script.scenarios[scene], { zero })));
    expect(devices[0].peakBytes.total).toBeLessThanOrEqual(state[zero] + beside);
  });
  expect(state.map((bytes) => bytes + beside < capacity)).toEqual([false, false, true, true]);
  const stop = lesson.script.stops.find(({ id }) => id === scene);
  expect(stop).toMatchObject({ judge: { limit: { measure: "fullestBytes", atMost: capacity } } });
});

test("the exercise: with ZeRO-2 the bytes tell the micro-batches, one round of the ring belongs to the parameters", () => {
  const scene = "micro-batches-from-bytes";
  const rounds = value("sentBytesPerDevice", scene) / (value("modelBytes", scene) / 2);
  expect(value("numDevices", scene)).toBe(2);
  expect(value("microbatches", "lost")).toBe(1);
  expect(value("microbatches", scene)).toBe(rounds - 1);
});

test("the exercise: larger micro-batches are faster, and by state and activations 256 is the largest that fits", () => {
  const { script } = lesson;
  const run = (micro: number) =>
    buildFigure(parseScenario(patchScenario(script.scenarios["shortest-step"], { batch: { micro } })));
  const figures = [64, 128, 256, 512].map(run);
  const times = figures.map(({ trace }) => trace.stepMs);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(figures.map(({ outOfMemory }) => outOfMemory === null)).toEqual([true, true, true, false]);
  const [state, sample, capacity] = (["modelStateBytes", "activationBytesPerSample", "capacityBytes"] as const).map(
    (of) => value(of, "shortest-step"),
  );
  expect(state + 256 * sample).toBeLessThan(0.8 * capacity);
  expect(state + 512 * sample).toBeGreaterThan(capacity);
});

test("the published numbers: 7.5e9 parameters on 64 devices, 2 + 2 + 12 bytes each", () => {
  const [psi, n] = [7.5, 64];
  const gigabytes = [16 * psi, 4 * psi + (12 * psi) / n, 2 * psi + (14 * psi) / n, (16 * psi) / n];
  expect(gigabytes.map((amount) => Number(amount.toFixed(1)))).toEqual([120, 31.4, 16.6, 1.9]);
});
