import { expect, test } from "vitest";
import { type BytesByKind, type MemoryProfile, noBytes } from "@/engine/account";
import { bytesAt, layoutMemory, type MemoryFrame, memoryScale, runsOf } from "./layout";

const bytes = (parameters: number, activations = 0): BytesByKind => ({ ...noBytes(), parameters, activations });
const profile = (moments: [atMs: number, held: BytesByKind][]): MemoryProfile => ({
  atMs: moments.map(([atMs]) => atMs),
  index: moments.map(() => null),
  bytes: moments.map(([, held]) => held),
  microbatches: moments.map(() => 0),
});
const frame: MemoryFrame = {
  widthPx: 10,
  windowMs: [0, 10],
  rowHeightPx: 100,
  topPx: 40,
  heightPx: 50,
  maxBytes: 100,
  capacityBytes: null,
};

const steps = profile([
  [0, bytes(20)],
  [2, bytes(20, 60)],
  [5, bytes(20, 30)],
  [8, bytes(20)],
]);

const row = (rank: number) => ({ rank, profile: steps });

test("a value holds from its event to the next", () => {
  expect(runsOf(steps, frame).map(({ fromPx, toPx, bytes: held }) => [fromPx, toPx, held.activations])).toEqual([
    [0, 2, 0],
    [2, 5, 60],
    [5, 8, 30],
    [8, 10, 0],
  ]);
});

test("beside a longer run, nothing is drawn after the step has ended", () => {
  const runs = runsOf(steps, { ...frame, windowMs: [0, 20], stepMs: 9 });
  expect(runs.at(-1)).toMatchObject({ fromPx: 4, toPx: 5 });
  expect(runsOf(steps, { ...frame, stepMs: 10 })).toEqual(runsOf(steps, frame));
});

test("a peak far shorter than a px is a column, as high as it was", () => {
  const spike = profile([
    [0, bytes(20)],
    [4.3, bytes(20, 80)],
    [4.3001, bytes(20)],
  ]);
  expect(runsOf(spike, frame).map(({ fromPx, toPx, bytes: held }) => [fromPx, toPx, held.activations])).toEqual([
    [0, 4, 0],
    [4, 5, 80],
    [5, 10, 0],
  ]);
});

test("a peak at the very end, or at one instant between two values, is kept too", () => {
  const ends = profile([
    [0, bytes(20)],
    [0, bytes(20, 50)],
    [0, bytes(20)],
    [10, bytes(20, 70)],
    [10, bytes(20)],
  ]);
  const runs = runsOf(ends, frame);
  expect(runs[0]).toMatchObject({ fromPx: 0, toPx: 1, bytes: { activations: 50 } });
  expect(runs.at(-1)).toMatchObject({ fromPx: 9, toPx: 10, bytes: { activations: 70 } });
});

test("kinds are stacked from the bottom, on one scale: 20 of 100 bytes are 10 of 50 px", () => {
  const [first, second] = layoutMemory([row(0), row(1)], frame).rows;
  expect([first.topPx, first.bottomPx, second.topPx, second.bottomPx]).toEqual([40, 90, 140, 190]);
  expect(first.areas.map(({ kind }) => kind)).toEqual(["parameters", "activations"]);
  expect(first.areas[0].path).toBe("M0,80H2L2,80H5L5,80H8L8,80H10L10,90H8L8,90H5L5,90H2L2,90H0Z");
  expect(first.areas[1].path).toBe("M0,80H2L2,50H5L5,65H8L8,80H10L10,80H8L8,80H5L5,80H2L2,80H0Z");
});

test("the capacity is a line when it is within three times the peak, and then fills the height", () => {
  expect(memoryScale([40, 50], 120)).toEqual({ maxBytes: 120, capacityBytes: 120 });
  expect(memoryScale([40, 50], 151)).toEqual({ maxBytes: 50, capacityBytes: null });
  expect(memoryScale([40, 50], 45)).toEqual({ maxBytes: 50, capacityBytes: 45 });
  expect(memoryScale([40, 50], null)).toEqual({ maxBytes: 50, capacityBytes: null });
  expect(layoutMemory([row(0)], { ...frame, maxBytes: 120, capacityBytes: 90 }).capacityPx).toBe(12.5);
});

test("no width, no time, no bytes and no devices give no areas", () => {
  expect(runsOf(steps, { ...frame, widthPx: 0 })).toEqual([]);
  expect(runsOf(steps, { ...frame, windowMs: [4, 4] })).toEqual([]);
  expect(
    layoutMemory([{ rank: 0, profile: profile([[0, noBytes()]]) }], { ...frame, maxBytes: 0 }).rows[0].areas,
  ).toEqual([]);
  expect(layoutMemory([], frame).rows).toEqual([]);
  expect(memoryScale([], null)).toEqual({ maxBytes: 0, capacityBytes: null });
});

test("at a time, everything that happens at that time has happened", () => {
  expect([0, 1.9, 2, 5, 99].map((ms) => bytesAt(steps, ms).activations)).toEqual([0, 0, 60, 30, 0]);
});
