import { describe, expect, test } from "vitest";
import { sum } from "../base/range";
import { buildProgram } from "../passes";
import { parseScenario, type ScenarioInput } from "../scenario";
import { costsOf, simulate } from "../simulate";
import type { Trace } from "../trace";
import { account, type OutOfMemory, outOfMemory, totalBytes } from "./account";
import { tensorLives, tensorsAt } from "./tensors";

const gpt: ScenarioInput = {
  model: { kind: "gpt", layers: 2, hidden: 16, heads: 4, seq: 8, vocab: 16 },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 16, micro: 2 },
  costs: { kind: "hardware", preset: "classroom" },
};

function traceOf(patch: Partial<ScenarioInput>): Trace {
  const scenario = parseScenario({ ...gpt, ...patch });
  return simulate(buildProgram(scenario), costsOf(scenario));
}

const LAYOUTS: Partial<ScenarioInput>[] = [
  {},
  { mesh: { dp: 4 }, gradientSync: { bucketBytes: 4096 } },
  { mesh: { dp: 2, pp: 2 }, schedule: { kind: "1f1b" }, recompute: "full" },
  { mesh: { dp: 2, tp: 2 }, zero: 3, sequenceParallel: true },
];

describe.each(LAYOUTS)("%j", (patch) => {
  const trace = traceOf(patch);
  const profiles = account(trace);
  const ranks = [0, trace.program.ranks.length - 1];

  test("between any two moments the named tensors add up to the ledger", () => {
    for (const rank of ranks) {
      const { atMs, bytes } = profiles[rank];
      atMs.forEach((fromMs, i) => {
        const toMs = atMs[i + 1] ?? trace.stepMs;
        if (toMs <= fromMs) return;
        const tensors = tensorsAt(trace, rank, (fromMs + toMs) / 2);
        expect(sum(tensors.map((life) => life.bytes))).toBe(totalBytes(bytes[i]));
      });
    }
  });

  test("a maker names its tensor, and so does what frees it", () => {
    const { instructions, buffers } = trace.program.ranks[0];
    for (const { buffer, madeBy, freedBy, fromMs, toMs } of tensorLives(trace, 0)) {
      const names = (ids: readonly number[]) => ids.map((id) => buffers[id].name);
      if (madeBy !== null) expect(names(instructions[madeBy].writes)).toContain(buffer.name);
      if (freedBy === null) expect(toMs).toBe(trace.stepMs);
      else expect(names([...instructions[freedBy].frees, ...instructions[freedBy].replaces])).toContain(buffer.name);
      expect(toMs).toBeGreaterThanOrEqual(fromMs);
    }
  });

  test("memory runs out exactly when the capacity is below the peak, with the instruction to blame", () => {
    const totals = profiles.map(({ bytes }) => Math.max(...bytes.map(totalBytes)));
    const peak = Math.max(...totals);
    expect(outOfMemory(profiles, peak)).toBeNull();
    const moment = outOfMemory(profiles, peak - 1) as OutOfMemory;
    expect(moment.bytes).toBe(peak);
    const { instructions } = trace.program.ranks[moment.rank];
    expect(instructions[moment.index as number].writes).not.toEqual([]);
    expect(outOfMemory(profiles, 1)).toMatchObject({ atMs: 0, rank: 0, index: null });
  });
});
