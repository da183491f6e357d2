/** What the lesson on data parallelism claims, beyond what its values say. */
import { expect, test } from "vitest";
import { resolvePlace } from "@/components/lesson/place";
import { patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { readMeasure } from "@/components/lesson/values";
import { buildFigure } from "@/components/stage/state/figure";
import { parseScenario } from "@/engine/scenario";

const { value, figure, script } = await openLessonTest("data-parallelism");

test("only what grows with the samples is divided", () => {
  expect(value("modelStateBytes", "many")).toBe(value("modelStateBytes", "one"));
  expect(value("activationBytes", "many") / value("activationBytes", "one")).toBeCloseTo(1 / 4, 2);
});

test("a ring sends in all what a root would receive and send", () => {
  expect(value("sentBytesTotal", "many")).toBeCloseTo(2 * value("rootBytes", "many"), -2);
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
