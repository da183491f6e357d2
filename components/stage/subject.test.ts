import { expect, test } from "vitest";
import { layoutTimeline } from "@/components/timeline/layout";
import { laneMarks, placeAt, placeOf } from "@/components/timeline/marks";
import type { ScenarioInput } from "@/engine/scenario";
import { createStageStore } from "./state/stageStore";
import { neighbour, subjectOf } from "./subject";

const scenario: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 8 },
  mesh: { dp: 2 },
  costs: { kind: "hardware", preset: "classroom" },
};

const open = () => createStageStore({ scenario, startEngine: () => ({}) as never });

function drawn() {
  const { trace } = open().getState().figure;
  const frame = { widthPx: 600, rowHeightPx: 80, laneHeightPx: 24, commHeightPx: 12, laneGapPx: 2 };
  const windowMs = [0, trace.stepMs] as const;
  const marks = layoutTimeline(trace, { ...frame, windowMs });
  return { trace, marks, frame: { ...frame, windowMs } };
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

test("whatever is drawn is found again under its own middle", () => {
  const { trace, marks, frame } = drawn();
  expect(marks.bars.filter(({ rank, stream }) => rank === 0 && stream === "compute")).toHaveLength(5);
  for (const { rank, xPx, yPx, widthPx, heightPx, startMs, endMs } of [...marks.bars, ...marks.idles]) {
    const place = placeAt(trace, marks, frame, xPx + widthPx / 2, yPx + heightPx / 2);
    expect(place).toMatchObject({ rank, atMs: (startMs + endMs) / 2 });
  }
  expect(placeAt(trace, marks, frame, -1, 10)).toBeNull();
  expect(placeAt(trace, marks, frame, 10, 70)).toBeNull();
});

test("right and left go along a lane and stop at its ends; down and up change lanes", () => {
  const { trace, marks } = drawn();
  const go = (from: Parameters<typeof neighbour>[2], along: Parameters<typeof neighbour>[3]) =>
    neighbour(trace, marks.lanes, from, along, marks.detail);
  const lane = { rank: 0, stream: "compute" } as const;
  const own = laneMarks(trace, lane, "action");
  const first = placeOf(lane, own[0]);
  expect(own).toHaveLength(6);
  expect(go(null, "right")).toEqual(first);
  expect(go(first, "left")).toEqual(first);
  expect(go(first, "right")).toEqual(placeOf(lane, own[1]));
  expect(go(placeOf(lane, own[5]), "right")).toEqual(placeOf(lane, own[5]));
  const down = go(first, "down");
  expect(down).toMatchObject({ rank: 0, stream: "comm" });
  expect(go(down, "down")).toMatchObject({ rank: 1, stream: "compute" });
  expect(go(first, "up")).toEqual(first);
  expect(neighbour(trace, [], null, "down", "action")).toBeNull();
});
