import { expect, test } from "vitest";
import { range } from "@/engine/base/range";
import { ringMessages } from "@/engine/program";
import { contributions, layoutRing } from "./layout";

test("after n - 1 steps position p holds the whole sum of chunk p, after 2 (n - 1) everybody holds all of it", () => {
  for (const size of [2, 3, 4, 8]) {
    const messages = ringMessages({ op: "allReduce" }, size);
    const all = range(size);
    const half = contributions(messages, size, size - 1, true);
    for (const position of all) expect(half[position][position]).toEqual(all);
    const done = contributions(messages, size, 2 * (size - 1), true);
    expect(done.flat().every((holds) => holds.length === size)).toBe(true);
  }
});

test("an all-gather begins with one chunk each and ends with every chunk from its own member", () => {
  const messages = ringMessages({ op: "allGather" }, 4);
  const start = contributions(messages, 4, 0, false);
  expect(start.map((own) => own.filter((holds) => holds.length > 0).length)).toEqual([1, 1, 1, 1]);
  const end = contributions(messages, 4, 3, false);
  for (const own of end) expect(own).toEqual([[0], [1], [2], [3]]);
});

test("a reduce-scatter of four: the first step adds one neighbour to one chunk of each", () => {
  const messages = ringMessages({ op: "reduceScatter" }, 4);
  const { cells, arrows } = layoutRing(messages, 4, 1, true, { widthPx: 600, elements: 40 });
  expect(arrows).toHaveLength(4);
  expect(cells.filter(({ isNew }) => isNew).map(({ holds }) => holds.length)).toEqual([2, 2, 2, 2]);
});

test("cells are a row a member and a column a chunk, without overlap, inside the width", () => {
  const { cells, cellWidthPx, cellHeightPx, heightPx } = layoutRing(ringMessages({ op: "allReduce" }, 4), 4, 0, true, {
    widthPx: 600,
    elements: 40,
  });
  expect(cells).toHaveLength(16);
  expect(cellWidthPx).toBe((600 - 76 - 30) / 4);
  expect(Math.max(...cells.map(({ xPx }) => xPx)) + cellWidthPx).toBeCloseTo(600, 9);
  expect(Math.max(...cells.map(({ yPx }) => yPx)) + cellHeightPx).toBeLessThanOrEqual(heightPx);
  expect(new Set(cells.map(({ xPx, yPx }) => `${xPx} ${yPx}`)).size).toBe(16);
});

test("before the first step there are no arrows; no width leaves cells of none", () => {
  const marks = layoutRing(ringMessages({ op: "allReduce" }, 2), 2, 0, true, { widthPx: 0, elements: 40 });
  expect(marks.arrows).toEqual([]);
  expect(marks.cellWidthPx).toBe(0);
});

test("eight members on a narrow page: every arrow leaves the sender's cell and ends at the receiver's, along the ring", () => {
  const messages = ringMessages({ op: "allReduce" }, 8);
  const { arrows, cells, cellWidthPx } = layoutRing(messages, 8, 3, true, { widthPx: 360, elements: 64 });
  expect(cellWidthPx).toBe((360 - 76 - 70) / 8);
  expect(arrows).toHaveLength(8);
  for (const { from, to, chunk, path } of arrows) {
    expect(to).toBe((from + 1) % 8);
    const receiver = cells.find((cell) => cell.position === to && cell.chunk === chunk);
    expect(receiver).toMatchObject({ isNew: true });
    // Three messages have added three others to what the last of them held.
    expect(receiver?.holds).toHaveLength(4);
    expect(path).not.toMatch(/NaN|Infinity/);
  }
});

test("three elements over eight members: five chunks are empty, and nobody sends them", () => {
  const messages = ringMessages({ op: "allReduce" }, 8);
  for (let step = 1; step <= 14; step++) {
    const { arrows, cells } = layoutRing(messages, 8, step, true, { widthPx: 600, elements: 3 });
    expect(arrows.map(({ chunk }) => chunk).sort()).toEqual([0, 1, 2]);
    expect(cells.filter(({ chunk, holds }) => chunk >= 3 && holds.length > 0)).toEqual([]);
    expect(cells.filter(({ chunk, holds }) => chunk < 3 && holds.length > 0)).toHaveLength(24);
  }
});
