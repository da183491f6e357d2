import { expect, test } from "vitest";
import { type Program, parseRankProgram } from "../program";
import { simulate } from "../simulate";
import { busyOf, type Trace } from "./trace";
import { idlesOf, waitedFor, workingMs } from "./why";

/** Two devices with a message in the middle; the second has more to compute before it. */
const tables = ["buffer w parameters 4", "buffer g gradients 4", "resident w"];
const rank0 = parseRankProgram(
  [
    ...tables,
    "0 forward layer @compute 0F0 reads w writes g",
    "1 flatten bucket0 @compute",
    "2 allReduce bucket0 @comm over dp reduction mean updates g waits 1",
    "3 forward short @compute 0F1 reads w",
    "4 optimize bucket0 @compute reads g updates w frees g waits 2",
  ].join("\n"),
);
const rank1 = parseRankProgram(
  [
    ...tables,
    "0 forward long @compute 0F0 reads w writes g",
    "1 allReduce bucket0 @comm over dp reduction mean updates g waits 0",
    "2 optimize bucket0 @compute reads g updates w frees g waits 1",
  ].join("\n"),
);
const DURATIONS_MS: Record<string, number> = { layer: 2, short: 1, long: 5 };

function twoDevices(): Trace {
  const program: Program = { mesh: { dp: 2, pp: 1, tp: 1 }, ranks: [rank0, rank1] };
  return simulate(program, {
    durationsMs: ({ instructions }) =>
      Float64Array.from(instructions, ({ op, on }) => (op === "optimize" ? 1 : (DURATIONS_MS[on] ?? 0))),
    collectiveMs: () => 3,
    messageMs: () => 0,
    messagesOccupyStreams: true,
  });
}

test("idle stretches lie between the operations that take time, and add up to the idle time", () => {
  const trace = twoDevices();
  expect(trace.stepMs).toBe(9);
  expect(idlesOf(trace, 0)).toEqual([{ rank: 0, startMs: 3, endMs: 8, next: 4 }]);
  expect(idlesOf(trace, 1)).toEqual([{ rank: 1, startMs: 5, endMs: 8, next: 2 }]);
  expect(busyOf(trace, 0).idleMs).toBe(5);
});

test("a device that is done early is idle to the end of the step, with nothing next", () => {
  const trace = { ...twoDevices(), stepMs: 12 };
  expect(idlesOf(trace, 0).at(-1)).toEqual({ rank: 0, startMs: 9, endMs: 12, next: null });
});

test("the update waits for the message, the message for the slower device, and that one for nothing", () => {
  const trace = twoDevices();
  expect(waitedFor(trace, 0, 4)).toMatchObject({ rank: 0, index: 2, endMs: 8 });
  expect(waitedFor(trace, 0, 2)).toMatchObject({ rank: 1, index: 0, endMs: 5 });
  expect(waitedFor(trace, 1, 0)).toBeNull();
});

test("what takes no time is looked through: after a flatten comes what the flatten waited for", () => {
  expect(waitedFor(twoDevices(), 0, 3)).toMatchObject({ rank: 0, index: 0, endMs: 2 });
});

test("the work within a stretch of time counts only what lies inside it", () => {
  const trace = twoDevices();
  expect(workingMs(trace, 0, "compute", 1, 8.5)).toBe(2.5);
  expect(workingMs(trace, 0, "comm", 6, 7)).toBe(1);
  expect(workingMs(trace, 1, "compute", 5, 8)).toBe(0);
});
