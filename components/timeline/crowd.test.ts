import { expect, test } from "vitest";
import { crowd } from "./crowd";
import type { BarSpan } from "./spans";

const span = (first: number, startMs: number, endMs: number, kind: BarSpan["kind"] = "forward"): BarSpan => ({
  rank: 0,
  stream: "compute",
  kind,
  first,
  last: first,
  startMs,
  endMs,
  microbatch: first,
});
const x = (ms: number) => ms;

test("bars of 1 px stand together in fives, each crowd as long as what is in it", () => {
  const spans = Array.from({ length: 12 }, (_, i) => span(i, i, i + 1));
  const crowds = crowd(spans, x);
  expect(crowds.map(({ count }) => count)).toEqual([5, 5, 2]);
  expect(crowds.map(({ span: { startMs, endMs } }) => [startMs, endMs])).toEqual([
    [0, 5],
    [5, 10],
    [10, 12],
  ]);
});

test("a crowd looks like the longest in it, and wide bars stand alone", () => {
  const spans = [span(0, 0, 1), span(1, 1, 3, "backward"), span(2, 3, 20, "optimizer"), span(3, 20, 21)];
  expect(
    crowd(spans, x).map(({ span: { kind, first, last, microbatch }, count }) => [kind, first, last, microbatch, count]),
  ).toEqual([
    ["backward", 0, 1, 1, 2],
    ["optimizer", 2, 2, 2, 1],
    ["forward", 3, 3, 3, 1],
  ]);
});

test("no bar is lost, whatever the scale", () => {
  const spans = Array.from({ length: 500 }, (_, i) => span(i, i * 0.7, i * 0.7 + (i % 7) * 0.1));
  for (const scale of [0.01, 1, 3, 100]) {
    const crowds = crowd(spans, (ms) => ms * scale);
    expect(crowds.reduce((total, { count }) => total + count, 0)).toBe(500);
  }
});

test("nothing is nothing", () => {
  expect(crowd([], x)).toEqual([]);
});
