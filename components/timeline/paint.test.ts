import { expect, test } from "vitest";
import { fillBox } from "./paint";

test("a box of one colour fills its rows and nothing beside them", () => {
  const pixels = new Uint32Array(5 * 4);
  fillBox(pixels, 5, { colours: Uint32Array.of(7), side: 1 }, 1, 1, 4, 3);
  expect([...pixels]).toEqual([0, 0, 0, 0, 0, 0, 7, 7, 7, 0, 0, 7, 7, 7, 0, 0, 0, 0, 0, 0]);
});

test("a tile repeats from the corner of the picture, so that neighbours meet", () => {
  const pixels = new Uint32Array(4 * 2);
  const tile = { colours: Uint32Array.of(1, 2, 3, 4), side: 2 };
  fillBox(pixels, 4, tile, 0, 0, 3, 2);
  fillBox(pixels, 4, tile, 3, 0, 4, 2);
  expect([...pixels]).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
});
