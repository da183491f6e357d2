/** The matrix of layouts as tests, so that several files can share its cases and run side by side. */
import { readdirSync, readFileSync } from "node:fs";
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { checkCase, type ReferenceCase } from "./checkCase";
import { describeLayout, type Layout, layoutsOf } from "./layouts";

const folder = new URL("cases/", import.meta.url);

export const TOLERANCE = 1e-5;
export const CASES: readonly [name: string, ReferenceCase][] = readdirSync(folder).map((file) => [
  file.replace(".json", ""),
  JSON.parse(readFileSync(new URL(file, folder), "utf8")),
]);

/** The longest case; with it apart, two halves of the matrix take about as long. */
const LONG = ["gpt-adamw-clip"];

/** The cases with the most layers, the largest shards and the fewest kinds of layer; `npm run matrix` takes all. */
const IN_TRIPLES = ["gpt-adamw-clip", "gpt-wide", "mlp-relu-momentum"];

/**
 * Each case spread in every way that its model and batch allow: every form of parallelism alone and in pairs, and in
 * triples where the case is one of three. The same numbers as PyTorch, the same as one device, agreeing memory, no leak.
 */
export function testMatrix(half: "long" | "other"): void {
  beforeAll(() => startNodeBackend("wasm"));
  describe.each(CASES.filter(([name]) => LONG.includes(name) === (half === "long")))("%s", (name, reference) => {
    const together = IN_TRIPLES.includes(name) ? 3 : 2;
    const layouts = layoutsOf(reference, { together }).map((layout): [string, Layout] => [
      describeLayout(layout),
      layout,
    ]);
    const known = new Map();

    test("there are at least 40 layouts, and every form of parallelism is among them", () => {
      expect(layouts.length).toBeGreaterThanOrEqual(40);
      const all = layouts.map(([words]) => words).join("\n");
      const forms = ["dp2", "dp4", "pp2", "tp2", "tp4", "zero1", "zero2", "zero3", "naive", "zb-h1", "recompute-full"];
      if (reference.model.kind === "gpt") forms.push("sequence", "recompute-selective");
      if (reference.model.layers >= 4) forms.push("pp3", "pp4", "interleaved", "looped-bfs", "zbv", "dualpipev");
      for (const form of forms) expect(all).toContain(form);
    });

    test.each(layouts)("%s", async (_, layout) => {
      const tensorsBefore = memory().numTensors;
      const check = await checkCase(reference, layout, known);
      expect(check.disagreement).toBeNull();
      expect(check.memoryAgrees).toBe(true);
      expect(check.loss).toBeLessThanOrEqual(TOLERANCE);
      expect(check.gradNorm).toBeLessThanOrEqual(TOLERANCE);
      expect(check.parameter).toBeLessThanOrEqual(TOLERANCE);
      expect(check.maxDifference.loss).toBeLessThanOrEqual(TOLERANCE);
      expect(check.maxDifference.parameter).toBeLessThanOrEqual(TOLERANCE);
      expect(memory().numTensors).toBe(tensorsBefore);
    });
  });
}
