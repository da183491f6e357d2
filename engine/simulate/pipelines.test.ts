/**
 * Whole programs, with layers, messages and optimizer, take the time and hold the micro-batches that PyTorch and the
 * papers say of their schedules.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { account, deviceReports, peaksOf } from "../account";
import { range } from "../base/range";
import { buildProgram } from "../passes";
import { formatActions, validateProgram } from "../program";
import { parseScenario } from "../scenario";
import { bubble, busyOf } from "../trace";
import { costsOf, simulate } from ".";

interface ReferenceSchedule {
  schedule: string;
  pp: number;
  virtual: number;
  microbatches: number;
  ranks: string[];
  makespan: number;
  idlePerRank: number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL("../schedules/schedules.reference.json", import.meta.url), "utf8"),
) as { cases: ReferenceSchedule[] };

function traceOf(kind: string, pp: number, virtual: number, numMicrobatches: number, costs: object = { kind: "unit" }) {
  const scenario = parseScenario({
    model: { kind: "mlp", inputs: 2, hidden: 4, layers: pp * virtual, classes: 3 },
    batch: { global: numMicrobatches, micro: 1 },
    mesh: { pp },
    schedule: { kind, virtual },
    costs,
  });
  const program = buildProgram(scenario);
  validateProgram(program);
  return simulate(program, costsOf(scenario));
}

test("there are 39 schedules to compare with", () => expect(cases).toHaveLength(39));

test.each(cases)(
  "$schedule, $pp ranks, $virtual stages a rank, $microbatches micro-batches: PyTorch's makespan and idle time",
  (c) => {
    const trace = traceOf(c.schedule, c.pp, c.virtual, c.microbatches);
    expect(trace.stepMs).toBeCloseTo(c.makespan, 9);
    // PyTorch's drawing moves rows up once a rank is done, so it counts zbv's idle tails on other ranks: only the sum is
    // comparable there. The true idle time is p - 1 on each rank.
    const idle = c.idlePerRank.map((own) => (c.schedule === "zbv" ? sum(c.idlePerRank) / c.pp : own));
    range(c.pp).forEach((rank) => {
      expect(busyOf(trace, rank).idleMs).toBeCloseTo(idle[rank] as number, 9);
    });
  },
);

test("the program's compute instructions follow the schedule's order", () => {
  const trace = traceOf("1f1b", 4, 1, 8);
  const c = cases.find(({ schedule, pp, microbatches }) => schedule === "1f1b" && pp === 4 && microbatches === 8);
  trace.program.ranks.forEach(({ instructions }, rank) => {
    const actions = instructions.flatMap(({ action, stream }) => (action && stream === "compute" ? [action] : []));
    const distinct = actions.filter((action, i) => action !== actions[i - 1]);
    expect(formatActions(distinct)).toBe(c?.ranks[rank]);
  });
});

// @source GPipe and Megatron-LM: idle over total (p-1)/(m+p-1), idle over ideal (p-1)/m.
test.each([
  [2, 4],
  [4, 8],
  [8, 32],
])("p=%i, m=%i: GPipe and 1F1B have the same bubble, under both definitions", (p, m) => {
  for (const kind of ["gpipe", "1f1b"]) {
    const { idleOverTotal, idleOverIdeal } = bubble(traceOf(kind, p, 1, m));
    expect(idleOverTotal).toBeCloseTo((p - 1) / (m + p - 1), 12);
    expect(idleOverIdeal).toBeCloseTo((p - 1) / m, 12);
  }
});

// @source facts measured in PyTorch: GPipe [8,8,8,8], 1F1B [4,3,2,1], interleaved with two chunks [11,9,7,5].
test.each([
  ["gpipe", 1, [8, 8, 8, 8]],
  ["1f1b", 1, [4, 3, 2, 1]],
  ["naive", 1, [1, 1, 1, 1]],
  ["interleaved", 2, [11, 9, 7, 5]],
  ["zb-h1", 1, [4, 4, 4, 4]],
  ["zb-h2", 1, [7, 7, 7, 7]],
] as const)("%s, p=4, m=8: micro-batches held at once", (kind, virtual, peaks) => {
  const profiles = account(traceOf(kind, 4, virtual, 8));
  expect(profiles.map((profile) => peaksOf(profile).peakMicrobatches)).toEqual(peaks);
});

// @source Qi et al. 2024, "Zero Bubble Pipeline Parallelism", arXiv:2401.10241, table 5.
test.each([
  [24, { forward: 18.522, inputGrad: 18.086, weightGrad: 9.337, transfer: 0.601 }, [0.2431, 0.1585, 0.1083]],
  [32, { forward: 29.802, inputGrad: 29.428, weightGrad: 19.53, transfer: 0.577 }, [0.1898, 0.1045, 0.0559]],
] as const)("p=8, m=%i: 1F1B, ZB-H1 and ZB-H2 have the published bubble rates", (m, costs, rates) => {
  const { forward, inputGrad, weightGrad } = costs;
  ["1f1b", "zb-h1", "zb-h2"].forEach((kind, i) => {
    const devices = deviceReports(traceOf(kind, 8, 1, m, { kind: "fixed", ...costs }));
    const span = Math.max(...devices.map(({ firstStartMs, lastEndMs }) => lastEndMs - firstStartMs));
    expect((span - m * (forward + inputGrad + weightGrad)) / span).toBeCloseTo(rates[i] as number, 4);
  });
});

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
