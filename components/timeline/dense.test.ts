import { expect, test } from "vitest";
import { buildProgram } from "@/engine/passes";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { costsOf, simulate } from "@/engine/simulate";
import type { Trace } from "@/engine/trace";
import { denseGroups, forEachBox } from "./dense";
import { layoutTimeline, type TimelineFrame } from "./layout";

const scenario: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 4, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 2, pp: 2 },
  schedule: { kind: "1f1b" },
  costs: { kind: "hardware", preset: "classroom" },
};
const parsed = parseScenario(scenario);
const trace: Trace = simulate(buildProgram(parsed), costsOf(parsed));

const frameOf = (window: readonly [number, number], widthPx = 600): TimelineFrame => ({
  widthPx,
  windowMs: [window[0] * trace.stepMs, window[1] * trace.stepMs],
  rowHeightPx: 40,
  laneHeightPx: 20,
  commHeightPx: 10,
  laneGapPx: 2,
});

function boxesOf(frame: TimelineFrame) {
  const marks = layoutTimeline(trace, frame);
  const boxes: number[][] = [];
  for (const group of denseGroups(trace, marks.detail)) {
    forEachBox(group, marks.lanes, frame, (...box) => boxes.push(box));
  }
  return { marks, boxes };
}

test.each([
  [0, 1],
  [0.2, 0.6],
  [0.5, 0.52],
] as const)("from %d to %d of the step, many bars are placed where each is alone", (...window) => {
  // So wide that no bar is narrow.
  const { marks, boxes } = boxesOf(frameOf(window, 40_000));
  const alone = marks.bars.filter(({ startMs, endMs }) => endMs > startMs);
  expect(alone.length).toBeGreaterThan(0);
  const expected = alone.map((bar) => [bar.xPx, bar.yPx, bar.widthPx, bar.heightPx]);
  expect(boxes).toHaveLength(expected.length);
  // An instant at the end of a bar makes it as much longer as an instant is wide.
  const byPlace = (a: number[], b: number[]) => a[1] - b[1] || a[0] - b[0];
  const wanted = expected.toSorted(byPlace);
  boxes.toSorted(byPlace).forEach((box, i) => {
    box.forEach((px, side) => {
      expect(Math.abs(px - wanted[i][side])).toBeLessThan(0.81);
    });
  });
});

test("narrow bars that touch are drawn as one", () => {
  const { boxes, marks } = boxesOf(frameOf([0, 1], 10));
  expect(marks.numMarks).toBeGreaterThan(boxes.length);
  expect(boxes.length).toBeGreaterThan(0);
});

test("no width, or a window of no time, places nothing that can be seen outside the frame", () => {
  expect(boxesOf(frameOf([0, 1], 0)).boxes.every(([xPx, , widthPx]) => xPx === 0 && widthPx <= 0.8)).toBe(true);
  expect(boxesOf(frameOf([0.5, 0.5])).boxes.every(([xPx]) => xPx === 0)).toBe(true);
});
