import { describe, expect, test } from "vitest";
import { buildProgram } from "../passes";
import { parseScenario, type ScenarioInput } from "../scenario";
import { costsOf, simulate } from "../simulate";
import { criticalPath, criticalPathParts } from "./criticalPath";
import { dependenciesOf } from "./dependencies";
import { RUNS } from "./testing";
import type { Trace } from "./trace";
import { waitedFor } from "./why";

const mlp: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 4, classes: 3 },
  batch: { global: 32, micro: 4 },
  costs: { kind: "hardware", preset: "classroom" },
};

function traceOf(patch: Partial<ScenarioInput>): Trace {
  const scenario = parseScenario({ ...mlp, ...patch });
  return simulate(buildProgram(scenario), costsOf(scenario));
}

describe.each(RUNS)("$name", ({ trace }) => {
  const dependencies = dependenciesOf(trace);
  const all = trace.program.ranks.flatMap(({ instructions }, rank) =>
    instructions.map((_, index) => ({ rank, index })),
  );

  test("whatever holds an instruction has ended when it starts", () => {
    for (const { rank, index } of all) {
      const isRecv = trace.program.ranks[rank].instructions[index].op === "recv";
      for (const { startMs, endMs, ...span } of dependencies.before(rank, index)) {
        const isMessage = isRecv && span.rank !== rank;
        expect(isMessage ? startMs : endMs).toBeLessThanOrEqual(trace.startMs[rank][index] * (1 + 1e-12));
        if (isMessage) expect(endMs).toBeLessThanOrEqual(trace.endMs[rank][index]);
      }
    }
  });

  test("what an instruction waited for ended the moment it started; what waits for nothing starts with the step", () => {
    for (const { rank, index } of all) {
      const startMs = trace.startMs[rank][index];
      expect(waitedFor(trace, rank, index)?.endMs ?? 0).toBeLessThanOrEqual(startMs);
      expect(waitedFor(trace, rank, index)?.endMs ?? 0).toBeCloseTo(startMs, 9);
    }
  });

  test("before and after say the same, from both ends", () => {
    const edges = (of: typeof dependencies.before, flip: boolean) =>
      all
        .flatMap((here) => of(here.rank, here.index).map((there) => (flip ? [there, here] : [here, there])))
        .map((pair) => pair.map(({ rank, index }) => `${rank}:${index}`).join(" "))
        .sort();
    expect(edges(dependencies.before, true)).toEqual(edges(dependencies.after, false));
  });

  test("every instruction begins when the last of what holds it has ended", () => {
    for (const { rank, index } of all) {
      const isRecv = trace.program.ranks[rank].instructions[index].op === "recv";
      const ends = dependencies
        .before(rank, index)
        .map((span) => (isRecv && span.rank !== rank ? span.startMs : span.endMs));
      expect(trace.startMs[rank][index]).toBeCloseTo(Math.max(0, ...ends), 12);
    }
  });

  test("the critical path is a chain without gaps, as long as the step", () => {
    const path = criticalPath(trace);
    expect(path[0].startMs).toBe(0);
    expect(path.at(-1)?.endMs).toBe(trace.stepMs);
    path.slice(1).forEach((span, i) => {
      expect(span.startMs).toBeCloseTo(path[i].endMs, 12);
    });
    const lengthMs = path.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0);
    expect(lengthMs).toBeCloseTo(trace.stepMs, 9);
    const { computeMs, commMs } = criticalPathParts(trace);
    expect(computeMs + commMs).toBeCloseTo(trace.stepMs, 9);
  });
});

test("GPipe's critical path at p = 4, m = 8 is down the stages once and back: 3 (m + p - 1) = 33 units", () => {
  const trace = traceOf({
    mesh: { pp: 4 },
    batch: { global: 32, micro: 4 },
    schedule: { kind: "gpipe" },
    costs: { kind: "unit" },
  });
  const path = criticalPath(trace);
  expect(path.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0)).toBe(33);
  expect(new Set(path.map(({ rank }) => rank))).toEqual(new Set([0, 1, 2, 3]));
});

test("where a transfer is a delay, the critical path goes through it", () => {
  const trace = traceOf({
    mesh: { pp: 2 },
    batch: { global: 4, micro: 4 },
    schedule: { kind: "gpipe" },
    costs: { kind: "fixed", forward: 1, inputGrad: 1, weightGrad: 1, transfer: 0.5 },
  });
  const first = trace.program.ranks[1].instructions.findIndex(({ op }) => op === "forward");
  expect(trace.startMs[1][first]).toBe(1.5);
  expect(waitedFor(trace, 1, first)?.instruction.op).toBe("recv");
  const path = criticalPath(trace);
  expect(path.filter(({ instruction }) => instruction.op === "send").map(({ rank }) => rank)).toEqual([0, 1]);
  expect(path.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0)).toBe(7);
  expect(criticalPathParts(trace)).toEqual({ computeMs: 6, computing: [0, 1], commMs: 1, communicating: [0, 1] });
});
