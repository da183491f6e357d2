/** The laws of pipeline schedules, each with its formula beside it, on orders that the engine generates. */
import { describe, expect, test } from "vitest";
import { range } from "../base/range";
import type { GeneratedKind } from "./index";
import { measure, peaksInFlight, scheduleOf, UNIT, warmups } from "./testing";

/** F = B = 1: the picture of most textbooks. */
const EQUAL = { ...UNIT, B: 1 };

const SIZES = [
  [1, 1],
  [2, 2],
  [4, 4],
  [4, 8],
  [3, 9],
  [8, 32],
] as const;

describe("GPipe and 1F1B", () => {
  for (const kind of ["gpipe", "1f1b"] as const) {
    test.each(SIZES)(`${kind}, p=%i m=%i: idle over total is (p-1)/(m+p-1), idle over ideal (p-1)/m`, (p, m) => {
      for (const costs of [EQUAL, UNIT]) {
        const { makespan, idle } = measure(scheduleOf(kind, p, m), costs);
        for (const time of idle) {
          expect(time / makespan).toBeCloseTo((p - 1) / (m + p - 1), 12);
          expect(time / (makespan - time)).toBeCloseTo((p - 1) / m, 12);
        }
      }
    });

    test(`${kind}: p=4, m=8 idles 27.3 % of the total, 37.5 % of the ideal`, () => {
      const { makespan, idle } = measure(scheduleOf(kind, 4, 8), EQUAL);
      expect(((100 * idle[0]) / makespan).toFixed(1)).toBe("27.3");
      expect((100 * idle[0]) / (makespan - idle[0])).toBe(37.5);
    });

    test(`${kind}: F = B = 1 ends at 22 for p=4, m=8 and at 78 for p=8, m=32; B = 2F at 33`, () => {
      expect(measure(scheduleOf(kind, 4, 8), EQUAL).makespan).toBe(22);
      expect(measure(scheduleOf(kind, 8, 32), EQUAL).makespan).toBe(78);
      expect(measure(scheduleOf(kind, 4, 8), UNIT).makespan).toBe(33);
    });
  }

  test("p=4, m=8: GPipe holds [8,8,8,8] micro-batches, 1F1B [4,3,2,1]", () => {
    expect(peaksInFlight(scheduleOf("gpipe", 4, 8))).toEqual([8, 8, 8, 8]);
    expect(peaksInFlight(scheduleOf("1f1b", 4, 8))).toEqual([4, 3, 2, 1]);
  });

  test.each(SIZES)("1F1B, p=%i m=%i: rank r warms up with min(p-r-1, m) forwards, then alternates", (p, m) => {
    const table = scheduleOf("1f1b", p, m);
    expect(warmups(table)).toEqual(range(p).map((r) => Math.min(p - r - 1, m - 1) + 1));
    expect(peaksInFlight(table)).toEqual(range(p).map((r) => Math.min(p - r, m)));
  });

  test("1F1B for p=4, m=8 begins F0 F1 F2 F3 B0 F4 B1 on rank 0", () => {
    const begin = scheduleOf("1f1b", 4, 8).ranks[0].slice(0, 7);
    expect(begin.map(({ kind, microbatch }) => `${kind}${microbatch}`).join(" ")).toBe("F0 F1 F2 F3 B0 F4 B1");
  });
});

test.each(SIZES)("naive, p=%i m=%i: one rank works at a time, so it ends at p m (F + B)", (p, m) => {
  expect(measure(scheduleOf("naive", p, m), UNIT).makespan).toBe(3 * p * m);
  expect(peaksInFlight(scheduleOf("naive", p, m))).toEqual(range(p).map(() => 1));
});

describe("interleaved", () => {
  test.each([
    [2, 2, 4],
    [4, 2, 8],
    [4, 3, 8],
    [3, 4, 12],
    [1, 3, 5],
  ])("p=%i v=%i m=%i: bubble over ideal (p-1)/(v m), warm-up 2(p-r-1)+(v-1)p", (p, v, m) => {
    const table = scheduleOf("interleaved", p, m, v);
    const { makespan, idle } = measure(table, UNIT);
    const roundSize = p === 1 ? 1 : p;
    for (const time of idle) expect(time / (makespan - time)).toBeCloseTo((p - 1) / (v * m), 12);
    // The first backward follows the forward it alternates with, where one is left.
    const forwards = range(p).map((r) => 2 * (p - r - 1) + (v - 1) * roundSize);
    expect(warmups(table)).toEqual(forwards.map((count) => Math.min(count + 1, v * m)));
  });

  test("p=4, v=2, m=8 peaks at [11,9,7,5] chunks: 11/8 = 1 + (p-1)/(p v) = 1.375 of 1F1B's", () => {
    const peaks = peaksInFlight(scheduleOf("interleaved", 4, 8, 2));
    expect(peaks).toEqual([11, 9, 7, 5]);
    const oneFOneBChunks = 2 * peaksInFlight(scheduleOf("1f1b", 4, 8))[0];
    expect(peaks[0] / oneFOneBChunks).toBe(1.375);
    expect(1 + 3 / (4 * 2)).toBe(1.375);
  });

  test("messages: v chunks on each of p ranks cross v p - 1 borders, 1F1B p - 1", () => {
    const borders = ({ stageToRank }: { stageToRank: number[] }) =>
      stageToRank.filter((rank, stage) => stage > 0 && rank !== stageToRank[stage - 1]).length;
    expect(borders(scheduleOf("1f1b", 4, 8))).toBe(3);
    expect(borders(scheduleOf("interleaved", 4, 8, 2))).toBe(7);
  });
});

describe("idle time of each rank with F = I = W = 1, B = 2 on each chunk", () => {
  const laws: [GeneratedKind, number, string, (p: number) => number][] = [
    ["gpipe", 1, "3(p-1)", (p) => 3 * (p - 1)],
    ["1f1b", 1, "3(p-1)", (p) => 3 * (p - 1)],
    ["looped-bfs", 2, "3(p-1)", (p) => 3 * (p - 1)],
    ["interleaved", 2, "3(p-1)", (p) => 3 * (p - 1)],
    ["interleaved", 4, "3(p-1)", (p) => 3 * (p - 1)],
    ["zb1p", 2, "p-1", (p) => p - 1],
    ["zb1p", 3, "p-1", (p) => p - 1],
    ["zb-h1", 1, "p-1", (p) => p - 1],
    ["dualpipev", 2, "2(p-1)", (p) => 2 * (p - 1)],
    ["zbv", 2, "p-1", (p) => p - 1],
  ];
  for (const [kind, virtual, formula, law] of laws) {
    test(`${kind}, ${virtual} a rank: ${formula}`, () => {
      for (const p of [1, 2, 3, 4, 6]) {
        for (const m of [2 * p, 4 * p]) {
          expect(measure(scheduleOf(kind, p, m, virtual), UNIT).idle, `p=${p} m=${m}`).toEqual(
            range(p).map(() => law(p)),
          );
        }
      }
    });
  }

  test("ZB-V and ZB-H2 never wait between a rank's first action and its last, once m >= 2p-1", () => {
    for (const p of [1, 2, 3, 4, 5, 8]) {
      for (const m of [2 * p - 1, 2 * p, 2 * p + 3, 4 * p]) {
        expect(measure(scheduleOf("zbv", p, m, 2), UNIT).gaps, `zbv p=${p} m=${m}`).toEqual(range(p).map(() => 0));
        expect(measure(scheduleOf("zb-h2", p, m), UNIT).gaps, `zb-h2 p=${p} m=${m}`).toEqual(range(p).map(() => 0));
      }
    }
    expect(Math.max(...measure(scheduleOf("zbv", 4, 6, 2), UNIT).gaps)).toBeGreaterThan(0);
  });
});
