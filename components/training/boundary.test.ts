import { expect, test } from "vitest";
import { classColour, confidenceAlpha, placePoint, samplesOf, shapeOf, shapePath } from "./boundary";

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

test("the map is read out at points in equal distances, from the top left, with what stands there", () => {
  const size = 20;
  const cells = Array.from({ length: size * size }, (_, cell) => cell);
  // Above the middle it is class 0, below class 1; surer to the right.
  const classes = cells.map((cell) => (Math.floor(cell / size) < size / 2 ? 0 : 1));
  const confidence = cells.map((cell) => (cell % size) / size);
  const rows = samplesOf({ size, classes, confidence });
  expect(rows.map((row) => row.map((sample) => sample.class).join(""))).toEqual([
    "00000",
    "00000",
    "11111",
    "11111",
    "11111",
  ]);
  for (const { x, y, class: label, confidence: sure } of rows.flat()) {
    expect(label).toBe(y > 0 ? 0 : 1);
    expect(sure).toBeCloseTo((x + 1) / 2, 1);
  }
  expect(rows[0].map(({ x }) => Number(x.toFixed(2)))).toEqual([-0.75, -0.35, 0.05, 0.45, 0.85]);
});
