/** Runs that laws about traces are checked on: every schedule and every form of parallelism, under every kind of clock. */
import { buildProgram } from "../passes";
import { parseScenario, type Scenario, type ScenarioInput } from "../scenario";
import { SCHEDULE_KINDS } from "../scenario/schema";
import { costsOf, simulate } from "../simulate";
import type { Trace } from "./trace";

const mlp = { kind: "mlp", inputs: 2, hidden: 8, layers: 8, classes: 3 } as const;
const gpt = { kind: "gpt", layers: 2, hidden: 16, heads: 4, seq: 8, vocab: 16 } as const;
const adamw = { kind: "adamw", lr: 0.01, clip: 1 } as const;

const CLOCKS = {
  unit: { kind: "unit" },
  fixed: { kind: "fixed", forward: 1, inputGrad: 1, weightGrad: 1, transfer: 2 },
  hardware: { kind: "hardware", preset: "classroom" },
} as const satisfies Record<string, ScenarioInput["costs"]>;

const isLooped = (kind: string) => kind === "looped-bfs" || kind === "interleaved";

const LAYOUTS: Record<string, ScenarioInput> = {
  ...Object.fromEntries(
    SCHEDULE_KINDS.map((kind) => [
      kind,
      {
        model: mlp,
        batch: { global: 16, micro: 2 },
        mesh: { pp: 4 },
        schedule: { kind, ...(isLooped(kind) ? { virtual: 2 } : {}) },
      } as ScenarioInput,
    ]),
  ),
  "dp 4": { model: mlp, batch: { global: 16, micro: 2 }, mesh: { dp: 4 }, gradientSync: { bucketBytes: 512 } },
  ...Object.fromEntries(
    ([1, 2, 3] as const).map((zero) => [
      `ZeRO ${zero}`,
      { model: gpt, batch: { global: 16, micro: 2 }, mesh: { dp: 4 }, zero, optimizer: adamw } as ScenarioInput,
    ]),
  ),
  "tp 4": { model: gpt, batch: { global: 16, micro: 4 }, mesh: { tp: 4 } },
  "sequence parallel": {
    model: gpt,
    batch: { global: 8, micro: 2 },
    mesh: { dp: 2, tp: 2 },
    sequenceParallel: true,
    optimizer: adamw,
  },
  recompute: {
    model: gpt,
    batch: { global: 16, micro: 2 },
    mesh: { pp: 2 },
    schedule: { kind: "1f1b" },
    recompute: "full",
  },
  "2 x 2 x 2": {
    model: gpt,
    batch: { global: 16, micro: 2 },
    mesh: { dp: 2, pp: 2, tp: 2 },
    schedule: { kind: "1f1b" },
    optimizer: adamw,
  },
  "2 x 2 x 2, ZeRO 3": {
    model: gpt,
    batch: { global: 16, micro: 2 },
    mesh: { dp: 2, pp: 2, tp: 2 },
    schedule: { kind: "gpipe" },
    zero: 3,
  },
};

export interface Run {
  name: string;
  layout: string;
  clock: keyof typeof CLOCKS;
  scenario: Scenario;
  trace: Trace;
}

/** All layouts under all clocks. */
export const RUNS: readonly Run[] = Object.entries(LAYOUTS).flatMap(([layout, input]) =>
  (Object.keys(CLOCKS) as Run["clock"][]).map((clock) => {
    const scenario = parseScenario({ ...input, costs: CLOCKS[clock] });
    const trace = simulate(buildProgram(scenario), costsOf(scenario));
    return { name: `${layout}, ${clock}`, layout, clock, scenario, trace };
  }),
);
