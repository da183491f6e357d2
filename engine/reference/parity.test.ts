/**
 * The engine against PyTorch on both backends that run in Node: every reference case, on one device and under data
 * parallelism. `cases/` holds what plain single-process PyTorch (float64) got. Other layouts are in `matrix.test.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { NODE_BACKENDS, startNodeBackend } from "../backends/nodeBackend";
import { checkCase, type ReferenceCase } from "./checkCase";

const folder = new URL("cases/", import.meta.url);
const cases = readdirSync(folder).map((file): [string, ReferenceCase] => [
  file.replace(".json", ""),
  JSON.parse(readFileSync(new URL(file, folder), "utf8")),
]);

/** The reference's tolerance for 32-bit floats. */
const TOLERANCE = 1e-5;

test("there are seven cases", () => expect(cases).toHaveLength(7));

describe.each(NODE_BACKENDS)("on %s", (backend) => {
  beforeAll(async () => {
    await startNodeBackend(backend);
  });

  describe.each(cases)("%s", (_, reference) => {
    const global = reference.batch?.global as number;
    // The cpu backend is slow.
    const layouts = (backend === "cpu" ? [1, 4] : [1, 2, 4, 8]).flatMap((dp) => {
      const perRank = global / dp;
      const micros = backend === "cpu" ? [perRank / 2] : [perRank, 1];
      return [...new Set(micros)].filter((micro) => micro >= 1).map((micro) => [dp, micro] as const);
    });

    test.each(layouts)("dp %i, micro-batch %i: PyTorch's numbers, agreeing memory, no leak", async (dp, micro) => {
      const tensorsBefore = memory().numTensors;
      const check = await checkCase(reference, { mesh: { dp }, batch: { global, micro } });
      expect(check.loss).toBeLessThanOrEqual(TOLERANCE);
      expect(check.gradNorm).toBeLessThanOrEqual(TOLERANCE);
      expect(check.parameter).toBeLessThanOrEqual(TOLERANCE);
      expect(check.maxDifference.loss).toBeLessThanOrEqual(TOLERANCE);
      expect(check.maxDifference.parameter).toBeLessThanOrEqual(TOLERANCE);
      expect(check.disagreement).toBeNull();
      expect(check.memoryAgrees).toBe(true);
      expect(memory().numTensors).toBe(tensorsBefore);
    });
  });
});
