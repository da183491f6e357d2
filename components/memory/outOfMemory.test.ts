import { expect, test } from "vitest";
import { timeFormat } from "@/components/marks/format";
import { totalBytes } from "@/engine/account";
import { formatBytes } from "@/engine/base/units";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure } from "../stage/state/figure";
import { explainOutOfMemory, outOfMemorySentence } from "./outOfMemory";

const figureOf = (hidden: number, micro: number) =>
  buildFigure(
    parseScenario({
      model: { kind: "mlp", inputs: 2, hidden, layers: 5, classes: 3 },
      batch: { global: 2 * micro, micro },
      mesh: { dp: 2 },
      costs: { kind: "hardware", preset: "classroom" },
    } satisfies ScenarioInput),
  );
const plain = (text: string | undefined) => text?.replaceAll("\u00a0", " ");

test("it says which device, when and in which operation, how much too much, and what takes most", () => {
  const figure = figureOf(256, 2048);
  const { outOfMemory, profiles, trace } = figure;
  if (!outOfMemory) throw new Error("it fits");
  const time = timeFormat("hardware", trace.stepMs);
  const said = plain(explainOutOfMemory(figure, time)?.why);
  const capacity = 8e6;
  expect(said).toContain(
    `Device ${outOfMemory.rank + 1} has room for 8 MB, and runs out at ${plain(time.text(outOfMemory.atMs))}`,
  );
  expect(said).toContain(`${formatBytes(outOfMemory.bytes - capacity)} too much`);
  expect(said).toMatch(/the largest part is activations \(/);
  const peak = Math.max(...profiles[outOfMemory.rank].bytes.map(totalBytes));
  expect(said).toContain(`At its fullest it would hold ${formatBytes(peak)}`);
});

test("a model that is too large at once says so, with its parameters in front", () => {
  const figure = figureOf(1024, 8);
  const said = explainOutOfMemory(figure, timeFormat("hardware", figure.trace.stepMs))?.why;
  expect(said).toContain("runs out before the step begins");
  expect(said).toContain("the largest part is parameters (");
  expect(outOfMemorySentence(figure)).toMatch(
    /^Device 1 runs out of memory before the step begins: .* where 8 MB fit$/,
  );
});

test("of what fits there is nothing to explain", () => {
  const figure = figureOf(16, 8);
  expect(explainOutOfMemory(figure, timeFormat("hardware", 1))).toBeNull();
  expect(outOfMemorySentence(figure)).toBeNull();
});
