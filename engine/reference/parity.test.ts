/**
 * The engine against PyTorch: every reference case, on one device and under data parallelism, on both backends that
 * run in Node. `cases/` holds what plain single-process PyTorch (float64) got.
 */
import { readdirSync, readFileSync } from "node:fs";
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { NODE_BACKENDS, startNodeBackend } from "../backends/nodeBackend";
import { run } from "../cli/commands";
import { parseScenario } from "../scenario";
import { relativeDifference } from "./compare";

const folder = new URL("cases/", import.meta.url);
const cases = readdirSync(folder).map((file) => ({
  name: file.replace(".json", ""),
  ...JSON.parse(readFileSync(new URL(file, folder), "utf8")),
}));

/** The tolerance of the reference for 32-bit floats, relative to max(1, |expected|). */
const TOLERANCE = 1e-5;

describe.each(NODE_BACKENDS)("on %s", (backend) => {
  beforeAll(async () => {
    await startNodeBackend(backend);
  });

  describe.each(cases)("$name", ({ name: _, expected, ...input }) => {
    // The cpu backend is slow: each data-parallel size once there, and several micro-batch sizes on wasm.
    const layouts = [1, 2, 4, 8].flatMap((dp) => {
      const perRank = input.batch.global / dp;
      const micros = backend === "cpu" ? [perRank] : [perRank, perRank / 2, 1];
      return [...new Set(micros)].filter((micro) => micro >= 1).map((micro) => [dp, micro] as const);
    });

    test.each(layouts)("dp %i, micro-batch %i reaches PyTorch's numbers", async (dp, micro) => {
      const scenario = parseScenario({ ...input, mesh: { dp }, batch: { ...input.batch, micro } });
      const tensorsBefore = memory().numTensors;
      const output = await run(scenario, backend);

      expect(worst(output.losses, expected.losses)).toBeLessThanOrEqual(TOLERANCE);
      expect(worst(output.gradNorms, expected.gradNorms)).toBeLessThanOrEqual(TOLERANCE);
      expect(Object.keys(output.parameters).sort()).toEqual(Object.keys(expected.parameters).sort());
      for (const [name, { shape, ...numbers }] of Object.entries(output.parameters)) {
        expect(shape, name).toEqual(expected.parameters[name].shape);
        for (const [key, value] of Object.entries(numbers)) {
          const difference = relativeDifference(value, expected.parameters[name][key]);
          expect(difference, `${name} ${key}`).toBeLessThanOrEqual(TOLERANCE);
        }
      }
      expect(output.maxDifference.loss).toBeLessThanOrEqual(TOLERANCE);
      expect(output.maxDifference.parameter).toBeLessThanOrEqual(TOLERANCE);
      expect(output.memoryAgrees).toBe(true);
      expect(memory().numTensors).toBe(tensorsBefore);
    });
  });
});

function worst(actual: number[], expected: number[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((value, i) => relativeDifference(value, expected[i] as number)));
}
