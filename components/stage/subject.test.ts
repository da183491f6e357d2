import { expect, test } from "vitest";
import { layoutTimeline } from "@/components/timeline/layout";
import type { ScenarioInput } from "@/engine/scenario";
import { createStageStore } from "./state/stageStore";
import { askableMarks, markAt, middleOf, neighbour, subjectOf } from "./subject";

const scenario: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 8 },
  mesh: { dp: 2 },
  costs: { kind: "hardware", preset: "classroom" },
};

const open = () => createStageStore({ scenario, startEngine: () => ({}) as never });

function marksOf() {
  const { trace } = open().getState().figure;
  const frame = { widthPx: 600, rowHeightPx: 80, laneHeightPx: 24, commHeightPx: 12, laneGapPx: 2 };
  return askableMarks(layoutTimeline(trace, { ...frame, windowMs: [0, trace.stepMs] }));
}

test("at the start the longest wait is explained, at the cursor the chosen device, and before all what is asked", () => {
  const store = open();
  const { figure, selectRank, setCursor, ask, setPlaying } = store.getState();
  const start = subjectOf(store.getState());
  expect(start).toMatchObject({ rank: 0, stream: "compute" });
  selectRank(1);
  setCursor(figure.trace.stepMs / 3);
  expect(subjectOf(store.getState())).toEqual({ rank: 1, stream: "compute", atMs: figure.trace.stepMs / 3 });
  setPlaying(true);
  expect(subjectOf(store.getState())).toEqual(start);
  ask({ rank: 0, stream: "comm", atMs: 0.4 });
  expect(subjectOf(store.getState())).toEqual({ rank: 0, stream: "comm", atMs: 0.4 });
});

test("marks are in order, lane by lane, and each is found again in its own middle", () => {
  const marks = marksOf();
  expect(marks.filter(({ rank, stream }) => rank === 0 && stream === "compute")).toHaveLength(6);
  for (const mark of marks) expect(markAt(marks, middleOf(mark))).toBe(mark);
});

test("right and left go along a lane and stop at its ends; down and up change lanes", () => {
  const marks = marksOf();
  const first = middleOf(marks[0]);
  expect(neighbour(marks, null, "right")).toEqual(first);
  expect(neighbour(marks, first, "left")).toEqual(first);
  expect(neighbour(marks, first, "right")).toEqual(middleOf(marks[1]));
  expect(neighbour(marks, middleOf(marks[5]), "right")).toEqual(middleOf(marks[5]));
  const down = neighbour(marks, first, "down");
  expect(down).toMatchObject({ rank: 0, stream: "comm" });
  expect(neighbour(marks, down, "down")).toMatchObject({ rank: 1, stream: "compute" });
  expect(neighbour(marks, first, "up")).toEqual(first);
  expect(neighbour([], null, "down")).toBeNull();
});
