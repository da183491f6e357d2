import { expect, test } from "vitest";
import type { Figure } from "../stage/state/figure";
import { elapsedToMoment } from "./clock";

const figure = { moments: [0, 2, 3, 10], trace: { stepMs: 10 } } as unknown as Figure;

test("at a tenth of the step a second, a step of 10 ms moves one ms a second, from moment to moment", () => {
  const state = { figure, cursorMs: 0, speed: 0.1 };
  expect(elapsedToMoment(state, 1900)).toBe(0);
  expect(elapsedToMoment(state, 2100)).toBeCloseTo(2000, 6);
  expect(elapsedToMoment({ ...state, cursorMs: 2 }, 1500)).toBeCloseTo(1000, 6);
  expect(elapsedToMoment({ ...state, cursorMs: 10 }, 9000)).toBe(0);
});

test("nothing moves at speed 0", () => {
  expect(elapsedToMoment({ figure, cursorMs: 0, speed: 0 }, 9000)).toBe(0);
});
