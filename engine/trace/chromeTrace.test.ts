import { expect, test } from "vitest";
import { buildProgram } from "../passes";
import { parseScenario, type ScenarioInput } from "../scenario";
import { costsOf, simulate } from "../simulate";
import { chromeTrace } from "./chromeTrace";

const scenario: ScenarioInput = {
  model: { kind: "gpt", layers: 2, hidden: 16, heads: 4, seq: 8, vocab: 16 },
  batch: { global: 16, micro: 2 },
  mesh: { dp: 2, pp: 2, tp: 2 },
  schedule: { kind: "1f1b" },
  costs: { kind: "hardware", preset: "classroom" },
};

test("no span of a lane reaches into the next, to the last bit, and the last one ends with the step", () => {
  const parsed = parseScenario(scenario);
  const trace = simulate(buildProgram(parsed), costsOf(parsed));
  const lanes = new Map<string, { ts: number; dur: number }[]>();
  for (const { ph, pid, tid, ts = 0, dur = 0 } of chromeTrace(trace).traceEvents) {
    if (ph !== "X") continue;
    const key = `${pid}.${tid}`;
    lanes.set(key, [...(lanes.get(key) ?? []), { ts, dur }]);
  }
  expect(lanes.size).toBe(16);
  let endMs = 0;
  for (const spans of lanes.values()) {
    spans.sort((a, b) => a.ts - b.ts || a.dur - b.dur);
    spans.slice(1).forEach(({ ts }, i) => {
      expect(ts).toBeGreaterThanOrEqual(spans[i].ts + spans[i].dur);
    });
    endMs = Math.max(endMs, ...spans.map(({ ts, dur }) => (ts + dur) / 1000));
  }
  expect(endMs).toBeCloseTo(trace.stepMs, 9);
});
