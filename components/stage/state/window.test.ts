import { expect, test } from "vitest";
import { movedWindow, windowAround, windowWith, zoomedWindow } from "./window";

test("zooming keeps the time under the pointer in its place", () => {
  expect(zoomedWindow([0, 100], 4, 40, 100)).toEqual([30, 55]);
  const [from, to] = zoomedWindow([30, 55], 2, 40, 100);
  expect((40 - from) / (to - from)).toBeCloseTo((40 - 30) / 25, 12);
});

test("zooming out ends at the whole step, zooming in at a millionth of it", () => {
  expect(zoomedWindow([30, 55], 0.001, 40, 100)).toEqual([0, 100]);
  const [from, to] = zoomedWindow([30, 55], 1e12, 40, 100);
  expect(to - from).toBeCloseTo(1e-4, 9);
});

test("panning stops at both ends", () => {
  expect(movedWindow([20, 40], 15, 100)).toEqual([35, 55]);
  expect(movedWindow([20, 40], -50, 100)).toEqual([0, 20]);
  expect(movedWindow([20, 40], 500, 100)).toEqual([80, 100]);
});

test("a window follows only a time that has left it, and lets it in near the edge it came from", () => {
  expect(windowWith([20, 40], 40, 100)).toEqual([20, 40]);
  expect(windowWith([20, 40], 50, 100)).toEqual([47.5, 67.5]);
  expect(windowWith([20, 40], 15, 100)).toEqual([0, 20]);
});

test("a window around one instruction has a quarter of it on both sides", () => {
  expect(windowAround(40, 44, 100)).toEqual([39, 45]);
  expect(windowAround(0, 4, 100)).toEqual([0, 6]);
  expect(windowAround(7, 7, 100)[1]).toBeGreaterThan(7);
});

test("a step of no time has a window of no time", () => {
  expect(zoomedWindow([0, 0], 2, 0, 0)).toEqual([0, 0]);
  expect(movedWindow([0, 0], 1, 0)).toEqual([0, 0]);
});
