import { describe, expect, test } from "vitest";
import { timeFormat } from "@/components/marks/format";
import { idlesOf } from "@/engine/trace";
import { RUNS } from "@/engine/trace/testing";
import { denseGroups, forEachBox } from "./dense";
import { explain } from "./explain";
import { layoutTimeline, type TimelineFrame } from "./layout";
import { isMeant, laneMarks, placeAt, placeOf } from "./marks";
import { barSpans } from "./spans";

const WINDOWS = [
  [0, 1],
  [0, 0.4],
  [0.3, 0.45],
  [0.5, 0.52],
  [0.9, 1],
] as const;

describe.each(RUNS)("$name", ({ trace, clock }) => {
  const time = timeFormat(clock, trace.stepMs);
  const lanes = trace.program.ranks.flatMap((_, rank) => [
    { rank, stream: "compute" as const },
    { rank, stream: "comm" as const },
  ]);
  const frameOf = (window: readonly [number, number]): TimelineFrame => ({
    widthPx: 20_000,
    windowMs: [window[0] * trace.stepMs, window[1] * trace.stepMs],
    rowHeightPx: 40,
    laneHeightPx: 20,
    commHeightPx: 10,
    laneGapPx: 2,
  });

  test("every bar and idle stretch that shares time with a window is in it, and nothing else", () => {
    for (const window of WINDOWS) {
      const frame = frameOf(window);
      const [from, to] = frame.windowMs;
      const isIn = ({ startMs, endMs }: { startMs: number; endMs: number }) =>
        startMs === endMs ? startMs >= from && startMs <= to : endMs > from && startMs < to;
      const marks = layoutTimeline(trace, frame);
      const bars = lanes.flatMap(({ rank, stream }) => barSpans(trace, rank, stream, marks.detail).filter(isIn));
      const keys = marks.bars.map(({ rank, first }) => `${rank}:${first}`);
      expect(keys.sort()).toEqual(bars.map(({ rank, first }) => `${rank}:${first}`).sort());
      expect(new Set(marks.bars.map(({ key }) => key)).size).toBe(marks.bars.length);
      expect(marks.idles).toHaveLength(
        trace.program.ranks.flatMap((_, rank) => idlesOf(trace, rank).filter(isIn)).length,
      );
    }
  });

  test("many bars drawn as a few cover what they cover when drawn one by one", () => {
    for (const window of WINDOWS) {
      const frame = frameOf(window);
      const marks = layoutTimeline(trace, frame);
      const boxes: number[][] = [];
      for (const group of denseGroups(trace, marks.detail)) {
        forEachBox(group, marks.lanes, frame, (...box) => boxes.push(box));
      }
      for (const { xPx, yPx, widthPx } of marks.bars) {
        const middlePx = xPx + widthPx / 2;
        const isCovered = boxes.some(
          ([x, y, width]) => y === yPx && x - 1.3 <= middlePx && x + width + 1.3 >= middlePx,
        );
        expect(isCovered).toBe(true);
      }
    }
  });

  test("no bar that takes time lies on another, and a click on its middle finds it", () => {
    const frame = frameOf([0, 1]);
    const marks = layoutTimeline(trace, frame);
    const shown = marks.bars.filter(({ startMs, endMs }) => endMs - startMs > trace.stepMs * 1e-6);
    const byPlace = shown.toSorted((a, b) => a.yPx - b.yPx || a.xPx - b.xPx);
    byPlace.slice(1).forEach((bar, i) => {
      const before = byPlace[i];
      if (bar.yPx === before.yPx) expect(bar.xPx).toBeGreaterThanOrEqual(before.xPx + before.widthPx - 1e-6);
    });
    for (const { rank, stream, first, xPx, yPx, widthPx, heightPx } of shown) {
      expect(placeAt(trace, marks, frame, xPx + widthPx / 2, yPx + heightPx / 2)).toMatchObject({
        rank,
        stream,
        index: first,
      });
    }
  });

  test("whatever mark is asked about is the one that is explained", () => {
    for (const lane of lanes) {
      const marks = laneMarks(trace, lane, "action");
      const every = Math.max(1, Math.floor(marks.length / 40));
      for (const mark of marks.filter((_, i) => i % every === 0)) {
        const place = placeOf(lane, mark);
        expect(marks.filter((one) => isMeant(one, place))).toEqual([mark]);
        const { startMs, endMs } = mark;
        expect(explain({ trace }, place, "action", time)).toMatchObject({ ...lane, startMs, endMs });
        if ("first" in mark) expect(explain({ trace }, place, "action", time)?.index).toBe(mark.first);
      }
    }
  });
});
