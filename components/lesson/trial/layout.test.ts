import { expect, test } from "vitest";
import type { Trial } from "@/engine/worker/protocol";
import { curvesOf, layoutTrial } from "./layout";

const trial = (mistake: string | null, ...losses: [here: number | null, oneDevice: number][]) =>
  ({
    mistake,
    refusal: null,
    check: { losses: losses.map(([here, oneDevice]) => ({ here, oneDevice })) },
  }) as unknown as Trial;

const broken = trial("wrong", [1, 1], [2, 0.5], [3, 0]);
const right = trial(null, [1, 1], [0.5, 0.5], [0, 0]);

test("one device, restored and broken are drawn over the same steps on one scale", () => {
  const { curves, yTicks, steps } = layoutTrial(curvesOf({ broken, right }), { widthPx: 100, heightPx: 60 });
  expect(curves.map(({ name, path }) => [name, path])).toEqual([
    ["one device", "M0,40L50,50L100,60"],
    ["restored", "M0,40L50,50L100,60"],
    ["broken", "M0,40L50,20L100,0"],
  ]);
  expect(yTicks.map(({ px, label }) => [Math.round(px), label])).toEqual([
    [60, "0"],
    [40, "1"],
    [20, "2"],
    [0, "3"],
  ]);
  expect(steps.map(({ px, label }) => [px, label])).toEqual([
    [0, "1"],
    [50, "2"],
    [100, "3"],
  ]);
});

test("the scale is that of the losses: it need not begin at 0", () => {
  const { yTicks } = layoutTrial(curvesOf({ right: trial(null, [5, 5], [4, 4]) }), { widthPx: 100, heightPx: 60 });
  expect([yTicks[0].label, yTicks.at(-1)?.label]).toEqual(["4.0", "5.0"]);
});

test("only what has been run is drawn, and what was refused has no losses", () => {
  const names = (trials: Parameters<typeof curvesOf>[0]) => curvesOf(trials).map(({ name }) => name);
  expect(names({})).toEqual([]);
  expect(names({ broken })).toEqual(["one device", "broken"]);
  expect(names({ right })).toEqual(["one device", "restored"]);
  expect(names({ broken: { mistake: "wrong", refusal: "it waits for ever", check: null } })).toEqual([]);
});

test("a loss that has left the numbers interrupts its line; without width or steps nothing is out of the frame", () => {
  const gone = trial("wrong", [1, 1], [null, 0.5], [Number.NaN, 0.5], [2, 0]);
  const { curves } = layoutTrial(curvesOf({ broken: gone }), { widthPx: 90, heightPx: 60 });
  expect(curves.at(-1)?.path).toBe("M0,30ZM90,0Z");
  expect(curves.at(-1)?.dots).toHaveLength(2);
  expect(layoutTrial([], { widthPx: 0, heightPx: 60 })).toMatchObject({ curves: [], steps: [] });
  const one = layoutTrial(curvesOf({ right: trial(null, [2, 2]) }), { widthPx: 90, heightPx: 60 });
  expect(one.curves[0].dots).toEqual([{ xPx: 0, yPx: 30 }]);
  expect(one.steps.map(({ label }) => label)).toEqual(["1"]);
});
