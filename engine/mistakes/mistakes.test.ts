/**
 * Every mistake is caught: its program is refused with a sentence that names what is wrong, or its numbers leave those of
 * one device by a hundred times the tolerance and more. Without the mistake, the same training keeps to them.
 */
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { Refusal } from "../base/assert";
import { describeRankModel } from "../model/tensorParallel";
import { buildProgram } from "../passes";
import { checkProgram, type ProgramCheck } from "../reference/checkProgram";
import { parseScenario, type Scenario, type ScenarioInput } from "../scenario";
import { MISTAKES, type Mistake } from ".";

const TOLERANCE = 1e-5;
/** Between this and the tolerance lies nothing: no mistake is nearly right. */
const CAUGHT = 1e-3;

type Difference = Exclude<keyof ProgramCheck, "disagreement" | "losses">;
const DIFFERENCES = ["loss", "gradNorm", "parameter", "replicas"] as const satisfies readonly Difference[];

/** By the name of a mistake: the sentence that refuses it, or all numbers that leave those of one device. */
const CATCHES: Record<string, RegExp | Difference[]> = {
  "sum-not-mean": ["loss", "gradNorm", "parameter"],
  "no-all-reduce": ["loss", "gradNorm", "parameter", "replicas"],
  "bucket-forgotten": ["loss", "gradNorm", "parameter", "replicas"],
  "same-data": ["loss", "gradNorm", "parameter"],
  "bucket-too-early":
    /^rank 0: "\d+ weightGrad layers.3 .* 0B1 .*" uses grad:layers.3.weight, which does not exist at that moment$/,
  "optimizer-too-early":
    /^rank 0: "\d+ sumSquares .*" does not wait for "\d+ allReduce bucket0 .*", and both use grad:bucket0$/,
  "other-order":
    /^rank 1: "\d+ allReduce bucket1 .*" is .* 288 bytes, but rank 0 comes to the same collective with .* 108 bytes$/,
  "buckets-mixed-up": ["loss", "gradNorm", "parameter", "replicas"],
  "counted-whole": ["loss", "gradNorm", "parameter"],
  overwritten: ["loss", "gradNorm", "parameter"],
  "left-out": ["loss", "gradNorm", "parameter"],
  "other-flat-order": ["loss", "gradNorm", "parameter"],
  "backward-sum-forgotten": ["loss", "gradNorm", "parameter", "replicas"],
  "forward-sum-forgotten": ["loss", "gradNorm", "parameter", "replicas"],
  "bias-before-sum": ["loss", "gradNorm", "parameter"],
  "gelu-before-sum": ["loss", "gradNorm", "parameter"],
  "gradient-summed-twice": ["loss", "gradNorm", "parameter"],
  "all-heads-on-each-rank": ["loss", "gradNorm", "parameter"],
  "own-maximum": ["loss", "gradNorm", "parameter"],
  "own-sum": ["loss", "gradNorm", "parameter"],
  "own-target": ["loss"],
  "norm-gradients-not-summed": ["loss", "gradNorm", "parameter", "replicas"],
  "averaged-along-tp": ["loss", "gradNorm", "parameter"],
  "loaded-along-tp": ["loss", "gradNorm", "parameter"],
  "copies-counted": ["loss", "gradNorm", "parameter"],
  "norm-of-own-shard": ["loss", "gradNorm", "parameter", "replicas"],
  "norm-before-average": ["loss", "gradNorm", "parameter", "replicas"],
  "weights-first": /^rank 0, position 2: 0W0 waits for 0I0 at rank 0, position 3, which comes later on the same rank$/,
  "send-forgotten":
    /^deadlock: rank 1 waits at "\d+ recv layers.1.tanh .* 1F0 .*" for rank 0 to send it, which never happens$/,
  "receive-forgotten":
    /^rank 1: "0 forward layers.2 .* 1F0 .*" uses layers.1.tanh#0, which does not exist at that moment$/,
  "messages-swapped": ["loss", "gradNorm", "parameter"],
  "stale-parameters": ["loss", "gradNorm", "parameter"],
  "cut-differently": ["loss", "gradNorm", "parameter"],
  "not-gathered-again":
    /^rank 0: "\d+ inputGrad layers.2 .* 0B0 .*" uses layers.2.weight, which does not exist at that moment$/,
};

beforeAll(() => startNodeBackend("wasm"));

test("each mistake has a name of its own, and a test", () => {
  expect(MISTAKES.map(({ name }) => name)).toEqual(Object.keys(CATCHES));
});

describe.each(MISTAKES.map((mistake) => [mistake.title, mistake] as const))("%s", (_, mistake) => {
  const scenario = parseScenario(mistake.scenario);

  test("without it, the numbers are those of one device", async () => {
    expect(mistake.applies(scenario)).toBe(true);
    const check = await withoutLeak(() => trainRight(scenario));
    expect(check.disagreement).toBeNull();
    for (const what of DIFFERENCES) expect(check[what], what).toBeLessThanOrEqual(TOLERANCE);
  });

  test(mistake.consequence, async () => {
    const expected = CATCHES[mistake.name] as RegExp | Difference[];
    const caught = await withoutLeak(() => trainWrong(mistake, scenario));
    if (expected instanceof RegExp || typeof caught === "string") expect(caught).toMatch(expected as RegExp);
    else {
      // What is wrong is what is computed: the ledger still tells the truth about it.
      expect(caught.disagreement).toBeNull();
      for (const what of DIFFERENCES) {
        if (expected.includes(what)) expect(caught[what], what).toBeGreaterThan(CAUGHT);
        else expect(caught[what], what).toBeLessThanOrEqual(TOLERANCE);
      }
    }
  });
});

const gpt = { kind: "gpt", layers: 4, hidden: 16, heads: 2, seq: 8, vocab: 16 } as const;
const larger: ScenarioInput = {
  model: gpt,
  optimizer: { kind: "sgd", lr: 0.5, clip: 0.2 },
  batch: { global: 16, micro: 2 },
  mesh: { dp: 2, pp: 2, tp: 2 },
  gradientSync: { bucketBytes: 2000 },
  steps: 2,
};

describe.each<[string, ScenarioInput]>([
  ["8 devices, three axes", larger],
  ["ZeRO-3, full recompute", { ...larger, zero: 3, recompute: "full" }],
  ["ZeRO-2, sequence parallelism, no pipeline", { ...larger, mesh: { dp: 2, tp: 2 }, sequenceParallel: true, zero: 2 }],
  ["zero-bubble", { ...larger, mesh: { dp: 2, pp: 2 }, schedule: { kind: "zb1p" } }],
])("%s", (_, input) => {
  const scenario = parseScenario(input);

  test.each(MISTAKES.filter(({ applies }) => applies(scenario)))("$name is caught here too", async (mistake) => {
    const caught = await withoutLeak(() => trainWrong(mistake, scenario));
    if (typeof caught === "string") expect(CATCHES[mistake.name]).toBeInstanceOf(RegExp);
    else {
      expect(caught.disagreement).toBeNull();
      expect(Math.max(...DIFFERENCES.map((what) => caught[what]))).toBeGreaterThan(CAUGHT);
    }
  });
});

describe("where mistakes hide", () => {
  const tooLong = MISTAKES.filter(({ name }) => name === "sum-not-mean" || name === "counted-whole");

  test.each(tooLong)(
    "$name: a clip that bites at every step takes any factor out: only the norm tells",
    async (mistake) => {
      const clipped = parseScenario({ ...mistake.scenario, optimizer: { kind: "sgd", lr: 0.5, clip: 0.01 } });
      const { gradNorm, loss, parameter } = (await trainWrong(mistake, clipped)) as ProgramCheck;
      expect(gradNorm).toBeGreaterThan(0.1);
      expect(loss).toBeLessThanOrEqual(TOLERANCE);
      expect(parameter).toBeLessThanOrEqual(TOLERANCE);
    },
  );

  test.each(tooLong)("$name: Adam takes any factor out, too, but for its eps", async (mistake) => {
    const adam = { kind: "adamw", lr: 0.01, eps: 1e-10 } as const;
    const { gradNorm, loss } = (await trainWrong(
      mistake,
      parseScenario({ ...mistake.scenario, optimizer: adam }),
    )) as ProgramCheck;
    expect(gradNorm).toBeGreaterThan(0.1);
    expect(loss).toBeLessThanOrEqual(TOLERANCE);
  });
});

function trainRight(scenario: Scenario): Promise<ProgramCheck> {
  const model = describeRankModel(scenario);
  return checkProgram(scenario, { model, program: buildProgram(scenario, model) });
}

/** @returns the differences, or the sentence that refuses the program */
async function trainWrong(mistake: Mistake, scenario: Scenario): Promise<ProgramCheck | string> {
  try {
    return await checkProgram(scenario, mistake.make(scenario));
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

async function withoutLeak<T>(train: () => Promise<T>): Promise<T> {
  const tensorsBefore = memory().numTensors;
  const result = await train();
  expect(memory().numTensors).toBe(tensorsBefore);
  return result;
}
