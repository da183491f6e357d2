import { expect, test } from "vitest";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { drawFigure } from "./drawing";
import { buildFigure } from "./state/figure";

const pipeline: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 8, classes: 3 },
  batch: { global: 64, micro: 8 },
  mesh: { pp: 4 },
  costs: { kind: "unit" },
};
const figureOf = (change: Partial<ScenarioInput>) => buildFigure(parseScenario({ ...pipeline, ...change }));
const request = { widthPx: 800, windowMs: [0, 33] as const, rank: 0, comm: true, timeline: true, memory: true };

test("two runs beside each other have one scale of bytes: what holds less is lower", () => {
  const gpipe = figureOf({ schedule: { kind: "gpipe" } });
  const oneFOneB = figureOf({ schedule: { kind: "1f1b" } });
  const peak = Math.max(...gpipe.devices.map(({ peakBytes }) => peakBytes.total));
  expect(drawFigure(oneFOneB, request).memory.maxBytes).toBeLessThan(peak);
  expect(drawFigure(gpipe, { ...request, beside: oneFOneB }).memory.maxBytes).toBe(peak);
  expect(drawFigure(oneFOneB, { ...request, beside: gpipe }).memory.maxBytes).toBe(peak);
});

test("a capacity in sight of one of the two is in sight of both", () => {
  const costs = { kind: "hardware", preset: "classroom" } as const;
  const small = figureOf({ costs });
  const large = figureOf({ costs, model: { kind: "mlp", inputs: 2, hidden: 512, layers: 8, classes: 3 } });
  const { maxBytes, capacityBytes } = drawFigure(large, request).memory;
  expect(capacityBytes).not.toBeNull();
  expect(drawFigure(small, request).memory.capacityBytes).toBeNull();
  expect(drawFigure(small, { ...request, beside: large }).memory).toMatchObject({ maxBytes, capacityBytes });
});
