/** Every remedy is tried: the run is simulated again with it, and the wait has to be shorter. */
import { expect, test } from "vitest";
import { buildActions, buildProgram } from "@/engine/passes";
import { formatActions } from "@/engine/program";
import { parseScenario, type Scenario, type ScenarioInput } from "@/engine/scenario";
import { costsOf, simulate } from "@/engine/simulate";
import { bubble, type Idle, idlesOf, type Trace, waitedFor } from "@/engine/trace";
import { RUNS, type Run } from "@/engine/trace/testing";
import { type Remedy, remedyOf } from "./remedies";

const simulated = (input: ScenarioInput): Trace => {
  const scenario = parseScenario(input);
  return simulate(buildProgram(scenario), costsOf(scenario));
};

const lengthMs = ({ startMs, endMs }: Idle) => endMs - startMs;

function adviceOf(trace: Trace): { idle: Idle; remedy: Remedy }[] {
  return trace.program.ranks.flatMap((_, rank) =>
    idlesOf(trace, rank).flatMap((idle) => {
      const cause = idle.next === null ? null : waitedFor(trace, rank, idle.next);
      const remedy = remedyOf(trace, idle, cause);
      return remedy ? [{ idle, remedy }] : [];
    }),
  );
}

const doubled = ({ scenario }: Run): Trace =>
  simulated({ ...scenario, batch: { ...scenario.batch, global: 2 * scenario.batch.global } } as ScenarioInput);

function withFasterLinks(scenario: Scenario): Trace {
  const costs = costsOf(scenario);
  return simulate(buildProgram(scenario), {
    ...costs,
    collectiveMs: (...of) => costs.collectiveMs(...of) / 2,
    messageMs: (...of) => costs.messageMs(...of) / 2,
  });
}

/** The same schedule, with every whole backward cut in two and the weight gradients kept for the end. */
function withWeightsLast(scenario: Scenario): Trace {
  const { ranks, stageToRank } = buildActions(scenario);
  const rows = ranks.map((actions) => {
    const early = actions.map((action) => (action.kind === "B" ? { ...action, kind: "I" as const } : action));
    const late = actions.flatMap((action) => (action.kind === "B" ? [{ ...action, kind: "W" as const }] : []));
    return formatActions([...early, ...late]);
  });
  return simulated({ ...scenario, schedule: { kind: "custom", ranks: rows, stageToRank } } as ScenarioInput);
}

const fillingMs = (trace: Trace, rank: number) =>
  adviceOf(trace)
    .filter(({ idle, remedy }) => idle.rank === rank && remedy === "filling")
    .reduce((total, { idle }) => total + lengthMs(idle), 0);

const tailMs = (trace: Trace, rank: number) => {
  const tail = idlesOf(trace, rank).find(({ next }) => next === null);
  return tail ? lengthMs(tail) : 0;
};

const said = new Set<Remedy>();

test.each(RUNS)("$name: what is said to help helps", (run) => {
  const { trace, scenario } = run;
  const advice = adviceOf(trace);
  const once = <T>(make: () => T) => {
    let made: { it: T } | null = null;
    return () => {
      made ??= { it: make() };
      return made.it;
    };
  };
  const more = once(() => doubled(run));
  const faster = once(() => withFasterLinks(scenario));
  const late = once(() => withWeightsLast(scenario));
  const gpipe = once(() => simulated({ ...scenario, schedule: { kind: "gpipe" } } as ScenarioInput));
  const idleShare = (of: Trace) => bubble(of).idleOverTotal;
  const checks: Record<Remedy, (idle: Idle) => void> = {
    filling: ({ rank }) =>
      expect(fillingMs(more(), rank) / more().stepMs).toBeLessThan(fillingMs(trace, rank) / trace.stepMs),
    moreMicrobatches: () => expect(idleShare(more())).toBeLessThan(idleShare(trace)),
    severalInFlight: () => expect(idleShare(gpipe())).toBeLessThan(idleShare(trace)),
    fasterLink: (idle) => {
      const now = idlesOf(faster(), idle.rank).find(({ next }) => next === idle.next);
      expect(now ? lengthMs(now) : 0, JSON.stringify(idle)).toBeLessThan(lengthMs(idle) * (1 - 1e-9));
    },
    weightsLast: ({ rank }) => expect(tailMs(late(), rank)).toBeLessThan(tailMs(trace, rank)),
  };
  for (const { idle, remedy } of advice) {
    said.add(remedy);
    checks[remedy](idle);
  }
});

test("every remedy is said of some run, and of the naive schedule none that leaves its bubble as it is", () => {
  expect([...said].sort()).toEqual(["fasterLink", "filling", "moreMicrobatches", "severalInFlight", "weightsLast"]);
  const naive = RUNS.find(({ name }) => name === "naive, unit") as Run;
  expect(bubble(doubled(naive)).idleOverTotal).toBe(bubble(naive.trace).idleOverTotal);
  expect(adviceOf(naive.trace).map(({ remedy }) => remedy)).not.toContain("moreMicrobatches");
});
