import { expect, test } from "vitest";
import { classColour, confidenceAlpha, layoutAreas, placePoint, samplesOf, shapeOf, shapePath } from "./boundary";

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

test("every cell of the map is drawn once, in its class and its strength", () => {
  const size = 12;
  const cells = Array.from({ length: size * size }, (_, cell) => cell);
  const classes = cells.map((cell) => (cell % size < 5 ? 0 : cell % 3));
  const confidence = cells.map((cell) => 1 / 3 + (2 / 3) * (Math.floor(cell / size) / size));
  const drawn = cells.map(() => [] as { class: number; alpha: number }[]);
  for (const { path, ...look } of layoutAreas({ size, classes, confidence }, 3)) {
    for (const [, column, row, width] of path.matchAll(/M(\d+),(\d+)h(\d+)v1h-\d+Z/g)) {
      for (let i = 0; i < Number(width); i++) drawn[Number(row) * size + Number(column) + i].push(look);
    }
  }
  cells.forEach((cell) => {
    expect(drawn[cell]).toHaveLength(1);
    expect(drawn[cell][0].class).toBe(classes[cell]);
    expect(Math.abs(drawn[cell][0].alpha - confidenceAlpha(confidence[cell], 3))).toBeLessThan(0.013);
  });
});

test("equal neighbours of a row are one rectangle, and what looks the same is one path", () => {
  const areas = layoutAreas({ size: 4, classes: Array(16).fill(1), confidence: Array(16).fill(1) }, 3);
  expect(areas).toEqual([{ class: 1, alpha: 0.55, path: [0, 1, 2, 3].map((row) => `M0,${row}h4v1h-4Z`).join("") }]);
});
