/**
 * ZeRO against its formulas, for float32 training with Adam: 4 + 4 + 8 bytes a parameter.
 *
 * @source Rajbhandari et al. 2020, "ZeRO", arXiv:1910.02054 sections 5 and 7; Zhao et al. 2023, arXiv:2304.11277
 */
import { expect, test } from "vitest";
import { deviceReports } from "../account";
import { describeModel, parameterCount } from "../model/model";
import { isCollective, isNodePass, type RankProgram } from "../program";
import { parseScenario } from "../scenario";
import { costsOf, simulate } from "../simulate";
import { eventsOf } from "../trace/events";
import { buildProgram } from ".";

// Every unit's parameters divide by 2, 4 and 8, so that no padding blurs the formulas.
const mlp = { kind: "mlp", inputs: 16, hidden: 16, layers: 4, classes: 16 } as const;
const gpt = { kind: "gpt", layers: 4, hidden: 16, heads: 4, seq: 8, vocab: 16 } as const;
const adamw = { kind: "adamw", lr: 0.01 };

const scenarioOf = (extra: object) => parseScenario({ model: gpt, optimizer: adamw, batch: { global: 32 }, ...extra });
const reportOf = (extra: object) => {
  const scenario = scenarioOf(extra);
  const [first] = deviceReports(simulate(buildProgram(scenario), costsOf(scenario)));
  return first as NonNullable<typeof first>;
};

const cases = [mlp, gpt].flatMap((model) => [2, 4, 8].map((dp) => [model.kind, dp, model] as const));

test.each(cases)(
  "%s on %i ranks: parameters, gradients and optimizer state fall as the formulas say",
  (_, n, model) => {
    const psi = parameterCount(describeModel(parseScenario({ model }).model));
    for (const overlap of [true, false]) {
      const bytes = [0, 1, 2, 3].map((zero) => {
        const { peakBytes } = reportOf({ model, mesh: { dp: n }, zero, gradientSync: { overlap } });
        return [peakBytes.parameters, peakBytes.gradients, peakBytes.optimizer];
      });
      expect(bytes).toEqual([
        [4 * psi, 4 * psi, 8 * psi],
        [4 * psi, 4 * psi, (8 * psi) / n],
        [4 * psi, (4 * psi) / n, (8 * psi) / n],
        [(4 * psi) / n, (4 * psi) / n, (8 * psi) / n],
      ]);
    }
  },
);

test.each(cases)("%s on %i ranks: a step sends 2, 2, 2 and 3 times the parameters x (n-1)/n", (_, n, model) => {
  const psiBytes = 4 * parameterCount(describeModel(parseScenario({ model }).model));
  const sent = [0, 1, 2, 3].map((zero) => reportOf({ model, mesh: { dp: n }, zero }).sentBytes.dp);
  expect(sent).toEqual([2, 2, 2, 3].map((times) => (times * psiBytes * (n - 1)) / n));
});

test("ZeRO-2 and 3 send a unit's gradient, and ZeRO-3 gathers its parameters, once a micro-batch", () => {
  const sent = (zero: number, micro: number) =>
    reportOf({ mesh: { dp: 4 }, zero, batch: { global: 32, micro } }).sentBytes.dp;
  expect(sent(1, 2)).toBe(sent(1, 8));
  expect(sent(2, 2)).toBe(((4 + 1) / 2) * sent(2, 8));
  expect(sent(3, 2)).toBe(4 * sent(3, 8));
});

// Counted in PyTorch: FSDP over 4 blocks gathers 4 times forward, and 4 times backward if it reshards after forward.
test("FSDP's collectives over four layers: 4 + 4 all-gathers and 4 reduce-scatters; kept after forward, 4 + 0 + 4", () => {
  const counts = (zero: number) => reportOf({ model: mlp, mesh: { dp: 2 }, zero }).collectives.dp;
  expect(counts(3)).toEqual({ "all-gather": 4 + 4, "reduce-scatter": 4 });
  // Without resharding, parameters are gathered once a step: ZeRO-2.
  expect(counts(2)).toEqual({ "all-gather": 4, "reduce-scatter": 4 });
});

// FSDP issues AG[3] AG[2] B3 free[3] RS[3] AG[1] B2 ...
test("backward gathers the next unit before it runs this one, gives this one back, then sends its gradient", () => {
  const [rank] = buildProgram(scenarioOf({ model: mlp, mesh: { dp: 2 }, zero: 3 })).ranks;
  expect(issued(rank as RankProgram, "B")).toBe(
    "AG[3] AG[2] B3 free[3] RS[3] AG[1] B2 free[2] RS[2] AG[0] B1 free[1] RS[1] B0 free[0] RS[0]",
  );
  expect(issued(rank as RankProgram, "F")).toBe("AG[0] AG[1] F0 free[0] AG[2] F1 free[1] AG[3] F2 free[2] F3 free[3]");
});

/** The collectives and units of one action in the order in which they are issued, in FSDP's notation. */
function issued({ instructions, buffers }: RankProgram, kind: "F" | "B"): string {
  const words: string[] = [];
  const unitOf = (on: string) => /layers\.(\d)/.exec(on)?.[1] ?? "3";
  for (const instruction of instructions) {
    if (instruction.action?.kind !== kind) continue;
    const unit = unitOf(instruction.on);
    if (isCollective(instruction)) words.push(`${instruction.op === "allGather" ? "AG" : "RS"}[${unit}]`);
    if (isNodePass(instruction) && !words.includes(`${kind}${unit}`)) words.push(`${kind}${unit}`);
    const givesBack = instruction.frees.some((id) => /weight(@\d+)?$/.test(buffers[id]?.name ?? ""));
    if (givesBack) words.push(`free[${unit}]`);
  }
  return words.join(" ");
}

test("no more than the unit at work and the next are ever gathered", () => {
  for (const extra of [{}, { recompute: "full" }, { mesh: { dp: 2, pp: 2 }, batch: { global: 32, micro: 4 } }]) {
    const scenario = scenarioOf({
      mesh: { dp: 4 },
      zero: 3,
      costs: { kind: "hardware", preset: "h100-sxm" },
      ...extra,
    });
    const program = buildProgram(scenario);
    const { buffers, instructions } = program.ranks[0] as RankProgram;
    const isWeight = (id: number) =>
      buffers[id]?.kind === "buffers" && /^(blocks\.\d\.attn\.qkv|head)\.weight/.test(buffers[id].name);
    let gathered = 0;
    let most = 0;
    for (const { rank, index, phase } of eventsOf(simulate(program, costsOf(scenario)))) {
      if (rank !== 0) continue;
      const { writes, frees } = instructions[index] as (typeof instructions)[number];
      gathered += phase === "start" ? writes.filter(isWeight).length : -frees.filter(isWeight).length;
      most = Math.max(most, gathered);
    }
    expect(most).toBe(2);
    expect(gathered).toBe(0);
  }
});
