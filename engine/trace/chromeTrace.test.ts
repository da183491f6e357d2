import { expect, test } from "vitest";
import { chromeTrace } from "./chromeTrace";
import { RUNS, type Run } from "./testing";

const numThreads = ({ trace }: Run) =>
  new Set(chromeTrace(trace).traceEvents.flatMap(({ ph, pid, tid }) => (ph === "M" ? [`${pid}.${tid}`] : []))).size;

test.each(RUNS)(
  "$name: no span of a lane reaches into the next, to the last bit, and the last one ends with the step",
  ({ trace }) => {
    const lanes = new Map<string, { ts: number; dur: number }[]>();
    const instructions = new Set<string>();
    for (const { ph, pid, tid, ts = 0, dur = 0, args } of chromeTrace(trace).traceEvents) {
      if (ph === "M") continue;
      instructions.add(`${pid} ${args?.instruction}`);
      if (ph !== "X") continue;
      const key = `${pid}.${tid}`;
      lanes.set(key, [...(lanes.get(key) ?? []), { ts, dur }]);
    }
    expect(instructions.size).toBe(trace.program.ranks.reduce((total, rank) => total + rank.instructions.length, 0));
    let endMs = 0;
    for (const spans of lanes.values()) {
      spans.sort((a, b) => a.ts - b.ts || a.dur - b.dur);
      spans.slice(1).forEach(({ ts }, i) => {
        expect(ts).toBeGreaterThanOrEqual(spans[i].ts + spans[i].dur);
      });
      endMs = Math.max(endMs, ...spans.map(({ ts, dur }) => (ts + dur) / 1000));
    }
    expect(endMs).toBeCloseTo(trace.stepMs, 9);
  },
);

test("only messages that overlap need more than two threads a device", () => {
  for (const run of RUNS) {
    if (run.clock !== "fixed") expect(numThreads(run)).toBe(2 * run.trace.program.ranks.length);
  }
  const overlapping = RUNS.find(({ name }) => name === "gpipe, fixed") as Run;
  expect(numThreads(overlapping)).toBeGreaterThan(2 * overlapping.trace.program.ranks.length);
});

test("devices count from 1, as on the page", () => {
  const { traceEvents } = chromeTrace((RUNS.find(({ name }) => name === "dp 4, unit") as Run).trace);
  const devices = traceEvents.filter(({ name }) => name === "process_name");
  expect(devices.map(({ pid, args }) => [pid, args?.name])).toEqual(
    [1, 2, 3, 4].map((number) => [number - 1, `device ${number}`]),
  );
});

test("the file says from which number it counts what", () => {
  const { otherData, traceEvents } = chromeTrace(RUNS[0].trace);
  expect(otherData.counting).toMatch(/Devices are named from 1.* count from 0/);
  const names = traceEvents.filter(({ name }) => name === "process_name").map(({ pid, args }) => [pid, args?.name]);
  expect(names[0]).toEqual([0, "device 1"]);
  expect(traceEvents.find(({ args }) => args?.action)?.args?.action).toMatch(/^0F0$/);
});
