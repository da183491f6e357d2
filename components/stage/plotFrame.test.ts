import { expect, test } from "vitest";
import { planPlot } from "./plotFrame";

const wide = { widthPx: 756, showTimeline: true, showComm: true, showMemory: true };

test("four devices get rows of 88 px, eight of 50, and both fit a laptop's screen", () => {
  const four = planPlot({ ...wide, numRanks: 4 });
  expect(four).toMatchObject({ rowHeightPx: 88, gutterPx: 78, widthPx: 670, laneHeightPx: 24, commHeightPx: 16 });
  expect(four).toMatchObject({ memoryTopPx: 45, memoryHeightPx: 28, heightPx: 365 });
  const eight = planPlot({ ...wide, numRanks: 8 });
  expect(eight.rowHeightPx).toBe(50);
  expect(eight.heightPx).toBeLessThan(430);
});

test("one or two devices leave more room, and their memory gets it", () => {
  const [one, two, three] = [1, 2, 3].map((numRanks) => planPlot({ ...wide, numRanks }));
  expect([one.memoryHeightPx, two.memoryHeightPx]).toEqual([76, 76]);
  expect(three.memoryHeightPx).toBe(28);
  expect(two.heightPx).toBeLessThanOrEqual(planPlot({ ...wide, numRanks: 4 }).heightPx);
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

test("64 devices fit one screen: thin rows, every second named, and one row for the memory of the chosen one", () => {
  const many = planPlot({ ...wide, numRanks: 64 });
  expect(many).toMatchObject({
    sharesMemory: true,
    rowHeightPx: 10,
    nameEvery: 2,
    memoryTopPx: 653,
    memoryHeightPx: 72,
  });
  expect(many.heightPx).toBe(26 + 640 + 13 + 72 + 2);
  expect(many.laneHeightPx + many.laneGapPx + many.commHeightPx).toBeLessThan(many.rowHeightPx);
  expect(planPlot({ ...wide, numRanks: 12 }).sharesMemory).toBe(false);
  expect(planPlot({ ...wide, numRanks: 256 })).toMatchObject({ rowHeightPx: 6, nameEvery: 4 });
});
