import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "../base/assert";
import { divisors, parseScenario, parseScenarioText } from ".";

const mlp = { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 };
const gpt = { kind: "gpt", layers: 2, hidden: 32, heads: 4, seq: 8, vocab: 16 };

const refusal = (input: unknown): Refusal => {
  try {
    parseScenario(input);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return error as Refusal;
  }
  throw new Error("it was not refused");
};

test("everything but the model has a default", () => {
  expect(parseScenario({ model: mlp })).toEqual({
    seed: 1,
    steps: 1,
    model: { ...mlp, activation: "tanh" },
    data: { kind: "random" },
    optimizer: { kind: "sgd", lr: 0.1, momentum: 0 },
    batch: { global: 8, micro: 8 },
    mesh: { dp: 1, pp: 1, tp: 1 },
    schedule: { kind: "1f1b", virtual: 1 },
    zero: 0,
    sequenceParallel: false,
    recompute: "none",
    gradientSync: { bucketBytes: 26214400, overlap: true },
    costs: { kind: "unit" },
  });
});

test("AdamW's defaults are Llama 2's, and a micro-batch is all that a rank has", () => {
  const scenario = parseScenario({
    model: gpt,
    optimizer: { kind: "adamw", lr: 1 },
    batch: { global: 12 },
    mesh: { dp: 3 },
  });
  expect(scenario.optimizer).toMatchObject({ betas: [0.9, 0.95], eps: 1e-5, weightDecay: 0 });
  expect(scenario.batch.micro).toBe(4);
});

test("the numbers that a reference case carries along are ignored", () => {
  expect(parseScenario({ model: mlp, expected: { losses: [1] } })).toEqual(parseScenario({ model: mlp }));
});

test.each([
  [{ model: mlp, sead: 4 }, 'unknown key "sead": known keys are seed, steps, model', ["sead"]],
  [
    { model: { ...mlp, depth: 4 } },
    'unknown key "depth" in model: known keys are kind, inputs, hidden',
    ["model", "depth"],
  ],
  [
    { model: mlp, optimizer: { kind: "sgd", lr: 1, eps: 1 } },
    'unknown key "eps" in optimizer: known keys are kind, lr, momentum, clip',
    ["optimizer", "eps"],
  ],
  [{ model: mlp, mesh: { dp: 0 } }, "mesh.dp must be at least 1, not 0", ["mesh", "dp"]],
  [{ model: mlp, optimizer: { kind: "sgd", lr: -1 } }, "optimizer.lr must be at least 0, not -1", ["optimizer", "lr"]],
  [{ model: { ...mlp, hidden: "wide" } }, 'model.hidden must be a number, not "wide"', ["model", "hidden"]],
  [{ model: { ...mlp, hidden: 1.5 } }, "model.hidden must be a whole number, not 1.5", ["model", "hidden"]],
  [{ model: { kind: "rnn" } }, 'model.kind must be "gpt" or "mlp", not "rnn"', ["model", "kind"]],
  [{}, "model must be an object, not missing", ["model"]],
  [7, "the scenario must be an object, not 7", []],
  [
    { model: mlp, batch: { global: 10 }, mesh: { dp: 4 } },
    "batch.global (10) must be divisible by mesh.dp (4): use a global batch of 8 or 16",
    ["batch", "global"],
  ],
  [
    { model: mlp, batch: { global: 24, micro: 5 }, mesh: { dp: 2 } },
    "use a micro-batch of 1, 2, 3, 4, 6 or 12",
    ["batch", "micro"],
  ],
  [
    { model: { ...gpt, heads: 6 } },
    "model.hidden (32) must be divisible by model.heads (6): use 1, 2, 4, 8, 16 or 32 heads",
    ["model", "heads"],
  ],
  [{ model: gpt, data: { kind: "spiral" } }, 'data "spiral" needs an "mlp" model', ["data", "kind"]],
  [{ model: gpt, data: { kind: "addition", digits: 2 } }, "model.seq must be 8", null],
  [{ model: mlp, data: { kind: "addition" } }, 'data "addition" needs a "gpt" model', ["data", "kind"]],
  [
    { model: mlp, recompute: "selective" },
    'recompute "selective" drops attention scores, which model.kind "mlp" has not: use "none" or "full"',
    ["recompute"],
  ],
] as const)("refused in one sentence that names the field: %j", (input, sentence, path) => {
  if (path === null) return expect(() => parseScenario(input)).not.toThrow();
  const { message, path: actual } = refusal(input);
  expect(message).toContain(sentence);
  expect(message).not.toContain("\n");
  expect(actual).toEqual(path);
});

test("text that is not JSON is refused", () => {
  expect(() => parseScenarioText("{ model: 1")).toThrow(/the scenario is not JSON/);
});

test("whatever comes in is parsed or refused in one line, and nothing else is thrown", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constant(Number.NaN),
    fc.constant(Number.POSITIVE_INFINITY),
    fc.constant(undefined),
  );
  const keys = ["seed", "steps", "model", "data", "optimizer", "batch", "mesh", "schedule", "costs", "zero"] as const;
  const input = fc.record(Object.fromEntries(keys.map((key) => [key, fc.oneof(value, fc.constant({ ...mlp }))])));
  fc.assert(
    fc.property(fc.oneof(value, input), (anything) => {
      try {
        parseScenario(anything);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
        expect((error as Error).message).not.toMatch(/\n|undefined|\[object/);
      }
    }),
    { numRuns: 500 },
  );
});

test("divisors are all there, ascending", () => {
  expect(divisors(36)).toEqual([1, 2, 3, 4, 6, 9, 12, 18, 36]);
  expect(divisors(1)).toEqual([1]);
});
