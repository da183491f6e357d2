import { expect, test } from "vitest";
import { classColour, confidenceAlpha, placePoint, shapeOf, shapePath } from "./boundary";

test("a guess is all but paper, a certainty is strong, and surer is never paler", () => {
  expect(confidenceAlpha(1 / 3, 3)).toBeCloseTo(0.05, 9);
  expect(confidenceAlpha(1, 3)).toBeCloseTo(0.55, 9);
  expect(confidenceAlpha(0.2, 3)).toBeCloseTo(0.05, 9);
  expect(confidenceAlpha(0.7, 2)).toBeGreaterThan(confidenceAlpha(0.6, 2));
});

test("three classes have three shapes and three hues", () => {
  expect([0, 1, 2].map(shapeOf)).toEqual(["circle", "triangle", "square"]);
  expect(new Set([0, 1, 2].map((label) => classColour(label, 3))).size).toBe(3);
});

test("the square from -1 to 1 fills the box, y upwards", () => {
  expect(placePoint({ x: -1, y: 1 }, 200)).toEqual({ xPx: 0, yPx: 0 });
  expect(placePoint({ x: 0.5, y: -1 }, 200)).toEqual({ xPx: 150, yPx: 200 });
});

test("a shape is a closed path as wide as twice its radius", () => {
  expect(shapePath("square", 3)).toBe("M-3,-3h6v6h-6Z");
});
