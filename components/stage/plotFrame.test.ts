import { expect, test } from "vitest";
import { planPlot, windowAt } from "./plotFrame";

const wide = { widthPx: 756, showTimeline: true, showComm: true, showMemory: true };

test("four devices get rows of 88 px, eight of 50, and both fit a laptop's screen", () => {
  const four = planPlot({ ...wide, numRanks: 4 });
  expect(four).toMatchObject({ rowHeightPx: 88, gutterPx: 78, widthPx: 670, laneHeightPx: 26, commHeightPx: 14 });
  expect(four).toMatchObject({ memoryTopPx: 45, memoryHeightPx: 28, heightPx: 365 });
  const eight = planPlot({ ...wide, numRanks: 8 });
  expect(eight.rowHeightPx).toBe(50);
  expect(eight.heightPx).toBeLessThan(430);
});

test("lanes, memory and the gap to the next device fill a row without overlap", () => {
  for (const numRanks of [1, 2, 3, 4, 6, 8]) {
    for (const widthPx of [354, 756, 1100]) {
      for (const [showTimeline, showMemory] of [
        [true, true],
        [true, false],
        [false, true],
      ] as const) {
        for (const showComm of [true, false]) {
          const plan = planPlot({ widthPx, numRanks, showTimeline, showComm, showMemory });
          const lanesPx = plan.laneHeightPx + (plan.commHeightPx > 0 ? plan.laneGapPx + plan.commHeightPx : 0);
          expect(plan.memoryTopPx).toBeGreaterThanOrEqual(showMemory ? lanesPx : 0);
          const usedPx = showMemory ? plan.memoryTopPx + plan.memoryHeightPx : lanesPx;
          expect(usedPx).toBeLessThan(plan.rowHeightPx);
          expect(plan.memoryHeightPx >= 9).toBe(showMemory);
          expect(plan.laneHeightPx >= 9).toBe(showTimeline);
        }
      }
    }
  }
});

test("no width leaves no room for lanes, and no device no rows", () => {
  expect(planPlot({ ...wide, widthPx: 0, numRanks: 4 }).widthPx).toBe(0);
  expect(planPlot({ ...wide, numRanks: 0 }).heightPx).toBeLessThan(26);
});

test("zoomed out the whole step is in view; zoomed in a part of it that holds the cursor", () => {
  expect(windowAt(10, 1, 7)).toEqual([0, 10]);
  expect(windowAt(10, 4, 0)).toEqual([0, 2.5]);
  expect(windowAt(10, 4, 10)).toEqual([7.5, 10]);
  expect(windowAt(10, 4, 5)).toEqual([4.375, 6.875]);
  for (let cursorMs = 0; cursorMs <= 10; cursorMs += 0.1) {
    const [from, to] = windowAt(10, 8, cursorMs);
    expect(from).toBeLessThanOrEqual(cursorMs + 1e-9);
    expect(to).toBeGreaterThanOrEqual(cursorMs - 1e-9);
  }
});

test("the window stays the same while the cursor moves within half a page", () => {
  expect(windowAt(10, 4, 5)).toEqual(windowAt(10, 4, 6.2));
  expect(windowAt(10, 4, 5)).not.toEqual(windowAt(10, 4, 6.3));
});
