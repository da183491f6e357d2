/**
 * What holds for every scenario, tried on random ones; a failure prints the seed and the smallest scenario that fails.
 */
import { memory } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { Refusal } from "../base/assert";
import { buildActions, buildProgram } from "../passes";
import { type Action, formatAction, type RankProgram, validateProgram } from "../program";
import { parseScenario, type Scenario, type ScenarioInput } from "../scenario";
import { microbatchesPerRank } from "../scenario/legality";
import { arbitraryScenario } from "./arbitraryScenario";
import { openScenario, trainAndCompare } from "./compare";
import { isLegal } from "./layouts";

const RUNS = 200;
const TOLERANCE = 1e-5;
const legalScenario = arbitraryScenario.filter(isLegal);

beforeAll(() => startNodeBackend("wasm"));

test("any legal layout trains as one device does, holds what the ledger says, and leaves nothing behind", async () => {
  await fc.assert(
    fc.asyncProperty(legalScenario, async (input) => {
      const scenario = parseScenario(input);
      const tensorsBefore = memory().numTensors;
      const run = openScenario(scenario);
      try {
        const { loss, parameter } = await trainAndCompare(scenario, run, ({ disagreement }) => {
          expect(disagreement).toBeNull();
        });
        expect(loss).toBeLessThanOrEqual(TOLERANCE);
        expect(parameter).toBeLessThanOrEqual(TOLERANCE);
      } finally {
        run.dispose();
      }
      expect(memory().numTensors).toBe(tensorsBefore);
    }),
    { numRuns: RUNS },
  );
}, 600_000);

test("any legal layout's program is legal, and works each micro-batch through each stage once", () => {
  fc.assert(
    fc.property(legalScenario, (input) => {
      const scenario = parseScenario(input);
      const program = buildProgram(scenario);
      validateProgram(program);
      expect(new Set(program.ranks).size).toBe(scenario.mesh.pp);
      const done = [...new Set(program.ranks)].flatMap(actionsDone).toSorted();
      expect(done).toEqual(actionsToDo(scenario).toSorted());
    }),
    { numRuns: RUNS },
  );
}, 300_000);

/** The actions of a rank's compute instructions, each once for each stretch of it; a B is an I and a W. */
function actionsDone({ instructions }: RankProgram): string[] {
  const done: string[] = [];
  let before: Action | undefined;
  for (const { action, stream } of instructions) {
    if (stream !== "compute" || !action) continue;
    if (!before || formatAction(before) !== formatAction(action)) done.push(...halves(action));
    before = action;
  }
  return done;
}

function halves({ stage, kind, microbatch }: Action): string[] {
  return (kind === "B" ? ["I", "W"] : [kind]).map((half) => `${stage}${half}${microbatch}`);
}

function actionsToDo(scenario: Scenario): string[] {
  const { stageToRank } = buildActions(scenario);
  const microbatches = [...Array(microbatchesPerRank(scenario)).keys()];
  return stageToRank.flatMap((_, stage) =>
    microbatches.flatMap((microbatch) => ["F", "I", "W"].map((kind) => `${stage}${kind}${microbatch}`)),
  );
}

/** Changes that make a scenario illegal, or may. */
const spoilers: ((input: ScenarioInput) => object)[] = [
  (input) => ({ ...input, batch: { ...input.batch, global: (input.batch?.global ?? 1) + 1 } }),
  (input) => ({ ...input, batch: { ...input.batch, micro: 7 } }),
  (input) => ({ ...input, model: { ...input.model, layers: 1 } }),
  (input) => ({ ...input, model: { ...input.model, hidden: 7 } }),
  (input) => ({ ...input, model: { ...input.model, heads: 5 } }),
  (input) => ({ ...input, model: { ...input.model, seq: 5 } }),
  (input) => ({ ...input, mesh: { ...input.mesh, tp: 5 } }),
  (input) => ({ ...input, mesh: { ...input.mesh, pp: 9 } }),
  (input) => ({ ...input, mesh: { ...input.mesh, cp: 2 } }),
  (input) => ({ ...input, zero: 4 }),
  (input) => ({ ...input, recompute: "some" }),
  (input) => ({ ...input, sequenceParallel: "yes" }),
  (input) => ({ ...input, schedule: { kind: "zbv", virtual: 3 } }),
  (input) => ({ ...input, schedule: { kind: "1f1b", virtual: 2 } }),
  (input) => ({ ...input, schedule: { kind: "custom", ranks: ["0F0 0B0"] } }),
];

test("what clashes is refused in one sentence that names a number or a key, and nothing else is thrown", () => {
  let numRefused = 0;
  fc.assert(
    fc.property(arbitraryScenario, fc.constantFrom(...spoilers), (input, spoil) => {
      try {
        buildProgram(parseScenario(spoil(input)));
      } catch (error) {
        numRefused += 1;
        expect(error).toBeInstanceOf(Refusal);
        const { message, path } = error as Refusal;
        expect(message).toMatch(/\d|"/);
        expect(message).not.toMatch(/\n|undefined|NaN|\[object/);
        expect(path.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 3 * RUNS },
  );
  expect(numRefused).toBeGreaterThan(RUNS);
}, 300_000);
