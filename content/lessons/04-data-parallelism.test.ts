/** What the lesson on data parallelism claims, beyond what its values say. */
import { expect, test } from "vitest";
import { openLessonTest } from "@/components/lesson/testing";

const { value, figure } = await openLessonTest("data-parallelism");

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

test("a model that does not fit on one device fits on none of eight, before the first sample", () => {
  for (const scene of ["too-wide", "eight-to-the-rescue"]) {
    expect(value("modelStateBytes", scene)).toBeGreaterThan(value("capacityBytes", scene));
    expect(figure(scene).outOfMemory, scene).not.toBeNull();
  }
});
