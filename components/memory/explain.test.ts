import { expect, test } from "vitest";
import { timeFormat } from "@/components/marks/format";
import { RUNS, type Run } from "@/engine/trace/testing";
import { explainBytes } from "./explain";

const whatOf = (name: string, kind: Parameters<typeof explainBytes>[1]["kind"]) => {
  const { trace } = RUNS.find((run) => run.name === name) as Run;
  return explainBytes(trace, { rank: 0, kind, atMs: trace.stepMs / 2 }, timeFormat("unit", trace.stepMs)).what;
};

test("parameters that are kept in parts are gathered before anybody reads them; whole ones are read as they are", () => {
  expect(whatOf("ZeRO 3, unit", "parameters")).toContain("a layer's parts are gathered before it runs");
  for (const name of ["ZeRO 2, unit", "dp 4, unit"]) {
    expect(whatOf(name, "parameters")).toContain("which every forward and backward reads");
  }
});

test("what the optimizer keeps is told so that it holds of every optimizer", () => {
  expect(whatOf("ZeRO 1, unit", "optimizer")).toContain("what the optimizer remembers from step to step");
});
