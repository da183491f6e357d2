/**
 * Every reference case spread in every way that its model and batch allow: each form of parallelism alone, in pairs
 * and in triples. The same numbers as PyTorch, the same as one device, agreeing memory, no leak.
 */
import { readdirSync, readFileSync } from "node:fs";
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { checkCase, type ReferenceCase } from "./checkCase";
import { describeLayout, type Layout, layoutsOf } from "./layouts";

const folder = new URL("cases/", import.meta.url);
const cases = readdirSync(folder).map((file): [string, ReferenceCase] => [
  file.replace(".json", ""),
  JSON.parse(readFileSync(new URL(file, folder), "utf8")),
]);
const TOLERANCE = 1e-5;

beforeAll(() => startNodeBackend("wasm"));

describe.each(cases)("%s", (_, reference) => {
  const layouts = layoutsOf(reference).map((layout): [string, Layout] => [describeLayout(layout), layout]);
  const known = new Map();

  test("there are at least 40 layouts, and every form of parallelism is among them", () => {
    expect(layouts.length).toBeGreaterThanOrEqual(40);
    const all = layouts.map(([name]) => name).join("\n");
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

test.each([false, true])(
  "a vocabulary that does not divide is padded, and that changes nothing (sequence %s)",
  async (sequenceParallel) => {
    const wide = cases.find(([name]) => name === "gpt-wide")?.[1] as ReferenceCase;
    // 96 tokens over 5 ranks: 20 each, 4 of padding.
    const model = { ...wide.model, hidden: 60, heads: 5, seq: 30 };
    const check = await checkCase(wide, { mesh: { tp: 5 }, model, sequenceParallel } as object);
    expect(check.maxDifference.loss).toBeLessThanOrEqual(TOLERANCE);
    expect(check.maxDifference.parameter).toBeLessThanOrEqual(TOLERANCE);
    expect(check.memoryAgrees).toBe(true);
  },
);
