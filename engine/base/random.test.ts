import { expect, test } from "vitest";
import { drawUniform, fnv1a32, mulberry32 } from "./random";

test("mulberry32(42) begins with the published numbers", () => {
  const next = mulberry32(42);
  expect([next(), next(), next()]).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099]);
});

test("fnv1a32 gives the standard offset basis for the empty string and the published hash of 'a'", () => {
  expect(fnv1a32("")).toBe(0x811c9dc5);
  expect(fnv1a32("a")).toBe(0xe40c292c);
});

test("a tensor's stream depends on its name and the seed, and on nothing else", () => {
  expect(drawUniform("w", 1, 3, 1)).toEqual(drawUniform("w", 1, 5, 1).slice(0, 3));
  expect(drawUniform("w", 1, 3, 1)).not.toEqual(drawUniform("w", 2, 3, 1));
  expect(drawUniform("w", 1, 3, 1)).not.toEqual(drawUniform("v", 1, 3, 1));
});
