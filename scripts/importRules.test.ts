import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkImports, importedSpecifiers, readSources } from "./importRules";

const root = fileURLToPath(new URL("..", import.meta.url));
const fault = (path: string, text: string) => checkImports([{ path, text }]);

test("the project keeps its import rules", () => {
  const files = readSources(root, ["engine", "components", "content", "app", "scripts", "e2e"]);
  expect(files.length).toBeGreaterThan(80);
  expect(checkImports(files)).toEqual([]);
});

test.each([
  ["engine/program/x.ts", 'import { simulate } from "../simulate";', "engine/program may not import engine/simulate"],
  ["engine/schedules/x.ts", 'import { costsOf } from "../simulate/costs";', "engine/schedules may not import"],
  ["engine/base/x.ts", 'export * from "../mesh/mesh";', "engine/base may not import engine/mesh"],
  ["engine/mesh/x.ts", 'import x from "@/components/theme/palettes";', "engine/mesh may not import components/theme"],
  ["engine/simulate/x.ts", 'import { add } from "@tensorflow/tfjs-core";', "tensors belong in"],
  ["engine/worker/x.ts", 'const core = await import("@tensorflow/tfjs-core");', "tensors belong in"],
  ["engine/trace/x.ts", 'import { useState } from "react";', "the engine knows no page"],
  ["engine/trace/x.ts", 'import "d3";', "the engine knows no page"],
  ["components/timeline/layout.ts", 'import { useMemo } from "react";', "without React"],
  ["components/stage/state/stageStore.ts", 'import { use } from "react";', "without React"],
  ["components/timeline/x.tsx", 'import { Memory } from "../memory/Memory";', "may not import components/memory"],
  ["content/lessons/x.mdx", 'import { Lab } from "../../app/lab";', "content/lessons may not import app"],
])("a forbidden import is found: %s", (path, text, sentence) => {
  expect(fault(path, text).join()).toContain(sentence);
});

test.each([
  ["engine/execute/x.ts", 'import { add } from "@tensorflow/tfjs-core";'],
  ["engine/passes/x.ts", 'import { range } from "../base/range";'],
  ["engine/passes/x.test.ts", 'import { startNodeBackend } from "../backends/nodeBackend";'],
  ["components/timeline/Timeline.tsx", 'import { useStage } from "../stage/state/useStage";'],
  ["app/page.tsx", 'import { Stage } from "@/components/stage/Stage";'],
])("a legal import is let through: %s", (path, text) => {
  expect(fault(path, text)).toEqual([]);
});

test("every way to import is seen", () => {
  const text = `import a from "./a"; export { b } from './b'; import "./c";
    const d = await import("./d"); new Worker(new URL("../e.ts", import.meta.url));`;
  expect(importedSpecifiers(text).sort()).toEqual(["../e.ts", "./a", "./b", "./c", "./d"]);
});
