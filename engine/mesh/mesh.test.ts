import { expect, test } from "vitest";
import { range } from "../base/range";
import { coordsOf, groups, meshSize, rankAt } from "./mesh";

const shape = { dp: 2, tp: 2, pp: 4 };

// @source Megatron's rank order for 16 GPUs: tp fastest, then dp, pp slowest.
test("16 devices, dp 2, tp 2, pp 4: the groups are Megatron's", () => {
  expect(groups(shape, "tp")).toEqual(range(8).map((i) => [2 * i, 2 * i + 1]));
  expect(groups(shape, "dp")).toEqual([
    [0, 2],
    [1, 3],
    [4, 6],
    [5, 7],
    [8, 10],
    [9, 11],
    [12, 14],
    [13, 15],
  ]);
  expect(groups(shape, "pp")).toEqual([
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
  ]);
});

test("a rank's coordinates lead back to the rank", () => {
  for (const rank of range(meshSize(shape))) expect(rankAt(shape, coordsOf(shape, rank))).toBe(rank);
});
