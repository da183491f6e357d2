import { expect, test } from "vitest";
import { type LossPoint, layoutDifference, layoutLoss, layoutNorm, layoutSteps } from "./layout";

const frame = { widthPx: 100, heightPx: 50, numSteps: 10 };
const point = (step: number, loss: number, lossDifference = 0): LossPoint => ({
  step,
  loss,
  referenceLoss: loss,
  lossDifference,
});

test("a loss falls from the top: step 5 of 10 is half of 100 px, half the largest loss half of 50", () => {
  const { own, reference, last, yTicks } = layoutLoss([point(1, 1), point(5, 0.5)], frame);
  expect(own).toBe("M10,0L50,25");
  expect(reference).toBe(own);
  expect(last).toEqual({ xPx: 50, yPx: 25 });
  expect(yTicks).toEqual([
    { px: 50, label: "0.0" },
    { px: 25, label: "0.5" },
    { px: 0, label: "1.0" },
  ]);
});

test("a run that left the reference has its own line", () => {
  const apart = [point(1, 1), { ...point(2, 0.5), referenceLoss: 0.25 }];
  const { own, reference } = layoutLoss(apart, frame);
  expect([own, reference]).toEqual(["M10,0L20,25", "M10,0L20,37.5"]);
});

test("a loss that is no number any more interrupts the line", () => {
  const { own, last } = layoutLoss(
    [point(1, 1), point(2, Number.NaN), point(3, 0.5), point(4, Number.POSITIVE_INFINITY)],
    frame,
  );
  expect(own).toBe("M10,0M30,25");
  expect(last).toBeNull();
});

test("differences stand on a log axis from 10⁻¹⁰ to at least 10⁻⁶; 0 stands on its floor", () => {
  const { bars, yTicks, barWidthPx } = layoutDifference([point(1, 1, 1e-8), point(2, 1, 0), point(3, 1, 1e-30)], frame);
  expect(bars[0].yPx).toBeCloseTo(25, 9);
  expect(bars[0].heightPx).toBeCloseTo(25, 9);
  expect(bars[1]).toEqual({ xPx: 20, yPx: 50, heightPx: 0, isZero: true });
  expect(bars[2]).toMatchObject({ yPx: 50, isZero: false });
  expect(yTicks.map(({ label, exponent }) => [label, exponent])).toEqual([
    ["10", -6],
    ["10", -10],
  ]);
  expect(barWidthPx).toBe(4);
});

test("a mistake that grows moves the top of the axis up to it", () => {
  const { bars, yTicks } = layoutDifference([point(1, 1, 0.05), point(2, 1, Number.NaN)], frame);
  expect(yTicks[0].exponent).toBe(-1);
  expect(bars[0].yPx).toBeGreaterThan(0);
  expect(bars[0].yPx).toBeLessThan(5);
  expect(bars[1].yPx).toBeCloseTo(0, 9);
});

test("before the first step, and in no width, there are axes and no marks", () => {
  expect(layoutLoss([], frame)).toMatchObject({ own: "", reference: "", last: null });
  expect(layoutDifference([], frame).bars).toEqual([]);
  expect(layoutLoss([point(1, 1)], { ...frame, widthPx: 0 }).own).toBe("M0,0");
  expect(layoutSteps({ ...frame, widthPx: 0 })).toEqual([]);
});

test("the steps' axis has whole numbers only, from 1 on", () => {
  expect(layoutSteps({ ...frame, widthPx: 240 }).map(({ px, label }) => [px, label])).toEqual([
    [120, "5"],
    [240, "10"],
  ]);
  expect(layoutSteps({ ...frame, numSteps: 1 }).map(({ label }) => label)).toEqual(["1"]);
});

test("the gradient norm starts at 0, and a norm that is no number interrupts its line", () => {
  const norms = [2, 4, Number.NaN, 1].map((gradNorm, i) => ({ step: i + 1, gradNorm }));
  const { path, yTicks } = layoutNorm(norms, { widthPx: 100, heightPx: 40, numSteps: 4 });
  expect(path).toBe("M25,24L50,8M100,32");
  expect(yTicks.map(({ px, label }) => [px, label])).toEqual([
    [40, "0"],
    [0, "5"],
  ]);
  expect(layoutNorm([], { widthPx: 0, heightPx: 40, numSteps: 4 }).path).toBe("");
});
