import { expect, test } from "vitest";
import { type CollectiveEntry, collectiveAt, ringStepAt } from "./choice";

/** Collectives of device 1 by their times; their indices are 10, 11, ... */
const entries = (...times: [startMs: number, endMs: number][]) =>
  times.map(([startMs, endMs], i) => ({ rank: 0, index: 10 + i, startMs, endMs }) as CollectiveEntry);

const indexAt = (all: CollectiveEntry[], atMs: number, asked?: Parameters<typeof collectiveAt>[2]) =>
  collectiveAt(all, atMs, asked)?.index;

test("where one ends and the next begins, the next is under way", () => {
  const all = entries([1, 3], [3, 5], [7, 8]);
  expect([0, 1, 2.9, 3, 4].map((atMs) => indexAt(all, atMs))).toEqual([10, 10, 10, 11, 11]);
});

test("after its end one stays until the next begins elsewhere; behind the last, the last", () => {
  const all = entries([1, 3], [4, 5]);
  expect([3, 3.5, 5, 9].map((atMs) => indexAt(all, atMs))).toEqual([10, 11, 11, 11]);
  expect(collectiveAt([], 0)).toBeNull();
});

test("where messages take no time, the first of those at an instant is meant", () => {
  expect(indexAt(entries([0, 1], [2, 2], [2, 2]), 2)).toBe(11);
});

test("what the stage explains is shown at both its ends, and no longer when the cursor has left it", () => {
  const all = entries([1, 3], [3, 5]);
  const asked = { rank: 0, stream: "comm", atMs: 2, index: 10 } as const;
  expect([1, 3, 3.5].map((atMs) => indexAt(all, atMs, asked))).toEqual([10, 10, 11]);
  expect(indexAt(all, 3, { ...asked, rank: 1 })).toBe(11);
});

test("ring steps take equal shares of a collective; one that takes no time is over as soon as time goes on", () => {
  const [long, short] = entries([10, 16], [20, 20]);
  expect([9, 10, 10.1, 11, 11.1, 13, 16, 30].map((atMs) => ringStepAt(long, 6, atMs))).toEqual([
    0, 0, 1, 1, 2, 3, 6, 6,
  ]);
  expect([19, 20, 20.1].map((atMs) => ringStepAt(short, 6, atMs))).toEqual([0, 0, 6]);
});
