/** The Zero Bubble paper's numbers: bubbles in time, memory, orders, and two rows of its table 5. */
import { describe, expect, test } from "vitest";
import { range } from "../base/range";
import type { GeneratedKind } from "./index";
import { measure, peaksInFlight, scheduleOf, UNIT } from "./testing";

const PAPER_KINDS = ["1f1b", "zb-h1", "zb-h2"] as const;

describe("published bubble rates (Qi et al. 2024, table 5): (span - m(F+I+W)) / span", () => {
  const rows = [
    { p: 8, m: 24, F: 18.522, I: 18.086, W: 9.337, transfer: 0.601, rates: [0.2431, 0.1585, 0.1083] },
    { p: 8, m: 32, F: 29.802, I: 29.428, W: 19.53, transfer: 0.577, rates: [0.1898, 0.1045, 0.0559] },
  ];
  for (const { p, m, F, I, W, transfer, rates } of rows) {
    test.each(PAPER_KINDS.map((kind, i) => [kind, rates[i]] as const))(`p=${p}, m=${m}: %s %d`, (kind, rate) => {
      const { span } = measure(scheduleOf(kind, p, m), { F, I, W, B: I + W, transfer });
      expect(Number(((span - m * (F + I + W)) / span).toFixed(4))).toBe(rate);
    });
  }
});

describe("bubble in time, with W <= I <= F and enough micro-batches", () => {
  const laws: [GeneratedKind, string, (F: number, I: number, W: number) => number][] = [
    ["1f1b", "(p-1)(F+I+W)", (F, I, W) => F + I + W],
    ["zb-h1", "(p-1)(F+I-W)", (F, I, W) => F + I - W],
    ["zb-h2", "(p-1)(F+I-2W)", (F, I, W) => F + I - 2 * W],
  ];
  test.each(laws)("%s: %s", (kind, _formula, perHop) => {
    for (const [F, I, W] of [
      [1, 1, 1],
      [2, 2, 1],
      [5, 4, 3],
      [8, 8, 7],
    ]) {
      for (const p of [1, 2, 4, 8]) {
        const m = 4 * p;
        const { span } = measure(scheduleOf(kind, p, m), { F, I, W, B: I + W, transfer: 0 });
        expect(span - m * (F + I + W), `p=${p} F=${F} I=${I} W=${W}`).toBe((p - 1) * perHop(F, I, W));
      }
    }
  });
});

test.each([1, 2, 4, 8])("p=%i: the busiest rank holds p, p and 2p-1 micro-batches", (p) => {
  const peaks = PAPER_KINDS.map((kind) => Math.max(...peaksInFlight(scheduleOf(kind, p, 4 * p))));
  expect(peaks).toEqual([p, p, 2 * p - 1]);
});

test("ZB-H1 and ZB-H2 hold their peak on every rank", () => {
  expect(peaksInFlight(scheduleOf("zb-h1", 4, 8))).toEqual([4, 4, 4, 4]);
  expect(peaksInFlight(scheduleOf("zb-h2", 4, 8))).toEqual([7, 7, 7, 7]);
});

test("with F = I = W and 1F1B's memory, p=4 and m=8 end at 27", () => {
  expect(measure(scheduleOf("zb-h1", 4, 8), UNIT).makespan).toBe(27);
  expect(measure(scheduleOf("zb1p", 4, 8), UNIT).makespan).toBe(27);
});

describe("orders", () => {
  const orderOf = (kind: GeneratedKind, rank: number, p = 4, m = 8) =>
    scheduleOf(kind, p, m).ranks[rank].map((action) => `${action.kind}${action.microbatch}`);
  /** How many input gradients a rank has run when its first weight gradient comes, and whether they alternate after. */
  const firstWeight = (order: readonly string[]) => {
    const index = order.findIndex((word) => word.startsWith("W"));
    return order.slice(0, index).filter((word) => word.startsWith("I")).length;
  };

  test("ZB-H1: p-1-r warm-up forwards, the first W after the (r+1)-th I", () => {
    for (const rank of range(4)) {
      const order = orderOf("zb-h1", rank);
      expect(order.findIndex((word) => word.startsWith("I"))).toBe(3 - rank + 1);
      expect(firstWeight(order)).toBe(rank + 1);
    }
    expect(orderOf("zb-h1", 3, 4, 5).join(" ")).toBe("F0 I0 F1 I1 F2 I2 F3 I3 W0 F4 I4 W1 W2 W3 W4");
  });

  test("ZB-H2: 2(p-r)-2 warm-up forwards, the first W after the (2r+1)-th I", () => {
    for (const rank of range(4)) {
      const order = orderOf("zb-h2", rank, 4, 12);
      expect(order.findIndex((word) => word.startsWith("I"))).toBe(2 * (4 - rank) - 2 + 1);
      expect(firstWeight(order)).toBe(2 * rank + 1);
    }
    expect(orderOf("zb-h2", 3).slice(0, 8).join(" ")).toBe("F0 I0 F1 I1 F2 I2 F3 I3");
  });

  test("ZB1P with one stage on each rank is ZB-H1", () => {
    for (const [p, m] of [
      [1, 1],
      [2, 4],
      [4, 8],
      [4, 3],
    ]) {
      expect(scheduleOf("zb1p", p, m)).toEqual(scheduleOf("zb-h1", p, m));
    }
  });
});
