/** What the lesson on data parallelism claims, beyond what its values say. */
import { beforeAll, describe, expect, test } from "vitest";
import { resolvePlace } from "@/components/lesson/place";
import { patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { readMeasure } from "@/components/lesson/values";
import { buildFigure } from "@/components/stage/state/figure";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { mistakeNamed } from "@/engine/mistakes";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario } from "@/engine/scenario";

const { value, figure, script } = await openLessonTest("data-parallelism");

test("the one device is that of the first lesson, to the millisecond", async () => {
  const first = await openLessonTest("devices");
  expect(value("stepMs", "one")).toBe(first.figure(first.script.stops[0].scene).trace.stepMs);
});

test("only what grows with the samples is divided", () => {
  expect(value("modelStateBytes", "many")).toBe(value("modelStateBytes", "one"));
  expect(value("activationBytes", "many") / value("activationBytes", "one")).toBeCloseTo(1 / 4, 2);
});

test("a ring sends in all what a root would receive and send", () => {
  expect(value("sentBytesTotal", "many")).toBeCloseTo(2 * value("rootBytes", "many"), -2);
});

test("twice the devices compute half as long, send hardly more, and wait for the links between nodes", () => {
  const ratio = (of: Parameters<typeof value>[0]) => value(of, "twice-the-devices") / value(of, "many");
  expect(value("numDevices", "twice-the-devices")).toBe(2 * value("devicesPerNode", "many"));
  expect(ratio("passesMs")).toBeCloseTo(1 / 2, 1);
  expect(ratio("sentBytesPerDevice")).toBeLessThan(1.2);
  expect(ratio("commMs")).toBeGreaterThan(5);
});

test("without overlap the same messages are all exposed", () => {
  expect(value("commMs", "without-overlap")).toBeCloseTo(value("commMs", "many"), 9);
  expect(value("exposedCommMs", "without-overlap")).toBeCloseTo(value("commMs", "many"), 9);
  expect(value("sentBytesPerDevice", "without-overlap")).toBe(value("sentBytesPerDevice", "many"));
});

test("a batch that grows with the devices hides more of the messages", () => {
  expect(value("samplesPerDevice", "grow")).toBe(value("globalBatch", "one"));
  expect(value("gradientBytes", "grow")).toBe(value("gradientBytes", "many"));
  expect(value("idleShare", "grow")).toBeLessThan(value("idleShare", "many"));
});

test("several micro-batches on a device are averaged in one all-reduce, not in one each", () => {
  const inFour = patchScenario(script.scenarios.many, { batch: { micro: 32 } });
  const sent = readMeasure("sentBytesPerDevice", buildFigure(parseScenario(inFour))).amount;
  expect(sent).toBe(value("sentBytesPerDevice", "many"));
});

test("a model that does not fit on one device fits on none of eight, which run out of memory in backward", () => {
  const failsAt = (scene: string) => {
    const { outOfMemory, trace } = figure(scene);
    return trace.program.ranks[0].instructions[outOfMemory?.index ?? 0].op;
  };
  for (const scene of ["too-wide", "eight-to-the-rescue"]) {
    expect(value("modelStateBytes", scene)).toBeGreaterThan(value("capacityBytes", scene));
    expect(figure(scene).outOfMemory, scene).not.toBeNull();
  }
  expect(failsAt("too-wide")).toBe("forward");
  expect(failsAt("eight-to-the-rescue")).toBe("weightGrad");
  // The cursor stands where the one device fails.
  const stop = script.stops.find(({ id }) => id === "does-not-fit");
  if (!stop) throw new Error("a stop");
  expect(resolvePlace(figure("too-wide").trace, stop.place).timeMs).toBe(figure("too-wide").outOfMemory?.atMs);
});

describe("broken", () => {
  beforeAll(() => startNodeBackend("wasm"));

  const broken = (id: string) => {
    const trial = script.mistakes.find((one) => one.id === id);
    if (!trial) throw new Error("a mistake");
    const scenario = parseScenario(trial.scenario);
    return checkProgram(scenario, mistakeNamed(trial.mistake).make(scenario));
  };

  test("without all-reduces the loss hardly tells, but the copies and the one device do", async () => {
    const { losses, replicas, parameter } = await broken("break-all-reduce");
    for (const { here, oneDevice } of losses) expect(Math.abs(here - oneDevice)).toBeLessThan(0.03);
    expect(losses.at(-1)?.here).toBeLessThan(losses[0].here);
    expect(replicas).toBeGreaterThan(0.05);
    expect(parameter).toBeGreaterThan(0.05);
  });

  test("a sum for an average goes down faster for a while, and then too far", async () => {
    const { losses, parameter } = await broken("break-average");
    expect(losses[4].here).toBeLessThan(losses[4].oneDevice);
    expect(losses[9].here).toBeGreaterThan(losses[9].oneDevice);
    expect(parameter).toBeGreaterThan(0.05);
  });
});

test("the first bucket holds the gradients of the last two layers, each other one those of one", () => {
  const { groups } = figure("many").trace.program.ranks[0];
  const layersOf = (parameters: readonly string[]) => [...new Set(parameters.map((name) => name.split(".")[1]))];
  expect(groups.map(({ parameters }) => layersOf(parameters))).toEqual([["4", "3"], ["2"], ["1"], ["0"]]);
});

test("where a layer's backward is short, a bucket of four layers beats that of one, and that of all", () => {
  const stepMs = (bucketBytes: number) =>
    readMeasure(
      "stepMs",
      buildFigure(parseScenario(patchScenario(script.scenarios["bucket-size"], { gradientSync: { bucketBytes } }))),
    ).amount;
  const [tiny, layer, four, all] = [256, 16384, 65536, 262144].map(stepMs);
  expect(four).toBeLessThan(Math.min(layer, all) - 1);
  expect(layer).toBeLessThan(tiny);
});
