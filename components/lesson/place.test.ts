import { expect, test } from "vitest";
import { spansOf } from "@/engine/trace";
import { type Place, resolvePlace } from "./place";
import { smallFigure } from "./testing";

const { trace } = smallFigure();

test.each<[Place, number]>([
  [{ at: "start", of: "step" }, 0],
  [{ at: "end", of: "step" }, 3],
  [{ at: "end", of: "forward" }, 1],
  [{ at: "start", of: "backward" }, 1],
  [{ at: "middle", of: "backward" }, 2],
  [{ at: "end", of: "backward", rank: 2 }, 3],
  [{ at: "end", of: "forward", on: "loss" }, 1],
  [{ at: "start", of: "optimize" }, 3],
])("with F = 1 and B = 2, %o is at %d", (place, timeMs) => {
  expect(resolvePlace(trace, place).timeMs).toBeCloseTo(timeMs, 12);
});

test("on a machine the all-reduce of a bucket has an extent, and its middle lies in it", () => {
  const { trace: timed } = smallFigure({ costs: { kind: "hardware", preset: "classroom" } });
  const at = (where: Place["at"], on?: string) => resolvePlace(timed, { at: where, of: "allReduce", on }).timeMs;
  expect(at("start", "bucket0")).toBeLessThan(at("middle", "bucket0"));
  expect(at("end", "bucket0")).toBeLessThanOrEqual(at("start", "bucket1"));
  expect([at("start"), at("end")]).toEqual([at("start", "bucket0"), at("end", "bucket1")]);
});

test("the stage is asked about the instruction itself, and about nothing for the step as a whole", () => {
  const { trace: timed } = smallFigure({ costs: { kind: "hardware", preset: "classroom" } });
  const bucket = { of: "allReduce", on: "bucket1", rank: 1 } as const;
  const middle = resolvePlace(timed, { ...bucket, at: "middle" });
  const { index } = spansOf(timed, 1, "comm").filter(({ instruction }) => instruction.on === "bucket1")[0];
  expect(middle.asked).toEqual({ rank: 1, stream: "comm", atMs: middle.timeMs, index });
  expect(resolvePlace(timed, { ...bucket, at: "end" }).asked).toEqual(middle.asked);
  expect(resolvePlace(timed, { at: "end", of: "step" })).toMatchObject({ timeMs: timed.stepMs, rank: 0, asked: null });
});

test("a micro-batch can be named, and the longest wait", () => {
  const { trace: two } = smallFigure({ batch: { micro: 1 } });
  const endOf = (microbatch: number) => resolvePlace(two, { at: "end", of: "backward", microbatch }).timeMs;
  expect([endOf(0), endOf(1)]).toEqual([3, 6]);
  expect(() => endOf(2)).toThrow("rank 0 has no backward of micro-batch 2");

  const { trace: timed } = smallFigure({ costs: { kind: "hardware", preset: "classroom" } });
  const wait = resolvePlace(timed, { at: "end", of: "idle" });
  expect(wait.timeMs).toBe(resolvePlace(timed, { at: "start", of: "sumSquares" }).timeMs);
  expect(wait.asked).toMatchObject({ stream: "compute" });
});

test("with ZeRO-3 a layer is gathered in both passes: each can be named, and its middle lies in it", () => {
  const { trace: sharded } = smallFigure({ costs: { kind: "hardware", preset: "classroom" }, zero: 3 });
  const gathers = spansOf(sharded, 0).filter(({ instruction: { op, on } }) => op === "allGather" && on === "layers.0");
  expect(gathers).toHaveLength(2);
  const gather = { at: "middle", of: "allGather", on: "layers.0" } as const;
  for (const [i, pass] of (["forward", "backward"] as const).entries()) {
    const { startMs, endMs, index } = gathers[i];
    const { timeMs, asked } = resolvePlace(sharded, { ...gather, pass });
    expect([timeMs, asked?.index]).toEqual([(startMs + endMs) / 2, index]);
  }
  const { trace: two } = smallFigure({ zero: 1 });
  expect(() => resolvePlace(two, { ...gather, pass: "forward" })).toThrow(
    "rank 0 has no allGather on layers.0 in forward",
  );
});

test("a place that the trace does not have is named", () => {
  expect(() => resolvePlace(trace, { at: "end", of: "allReduce", on: "bucket9" })).toThrow(
    "rank 0 has no allReduce on bucket9",
  );
  const { trace: alone } = smallFigure({ mesh: { dp: 1 } });
  expect(() => resolvePlace(alone, { at: "end", of: "allReduce" })).toThrow("rank 0 has no allReduce");
});
