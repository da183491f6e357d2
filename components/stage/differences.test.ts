import { expect, test } from "vitest";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { differencesOf, sharesClock } from "./differences";
import { buildFigure } from "./state/figure";

const base: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 4, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { pp: 4 },
  schedule: { kind: "naive" },
};
const figureOf = (patch: Partial<ScenarioInput>) => buildFigure(parseScenario({ ...base, ...patch }));
const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("naive against GPipe at p = 4, m = 8: 96 units become 33, three quarters idle become 3/11", () => {
  const rows = differencesOf(figureOf({}), figureOf({ schedule: { kind: "gpipe" } }));
  const row = (name: string) => {
    const { name: _, ...cells } = rows.find((one) => one.name === name) ?? { name };
    return Object.values(cells).map(plain);
  };
  expect(row("step time")).toEqual(["96 time units", "33 time units", "−63 time units", "× 0.344"]);
  expect(row("bubble, of total")).toEqual(["75 %", "27.3 %", "−47.7 %", "× 0.364"]);
  expect(row("bubble, over ideal")).toEqual(["300 %", "37.5 %", "−262.5 %", "× 0.125"]);
  expect(row("devices")).toEqual(["4", "4", "none", "× 1"]);
  expect(row("sent along pp, all devices")[2]).toBe("none");
  expect(row("sent along dp, all devices")).toEqual(["0 B", "0 B", "none", ""]);
});

test("a run against itself differs in nothing", () => {
  const figure = figureOf({});
  for (const { difference } of differencesOf(figure, figure)) expect(difference).toBe("none");
});

test("between two clocks each time has its own unit, and nothing is made of the two", () => {
  const machine = figureOf({ costs: { kind: "hardware", preset: "classroom" } });
  const stepTime = (before: typeof machine, after: typeof machine) =>
    differencesOf(before, after).find(({ name }) => name === "step time");
  const there = stepTime(figureOf({}), machine);
  expect(plain(there?.before ?? "")).toBe("96 time units");
  expect(plain(there?.after ?? "")).toMatch(/^[\d.]+ ms$/);
  expect([there?.difference, there?.ratio]).toEqual(["", ""]);
  const back = stepTime(machine, figureOf({}));
  expect([back?.before, back?.after]).toEqual([there?.after, there?.before]);
});

test("a counted clock is another one where stages are smaller: each takes a unit, whatever it holds", () => {
  const pipeline = { model: { kind: "mlp", inputs: 2, hidden: 8, layers: 8, classes: 3 }, mesh: { pp: 4 } } as const;
  const figure = (virtual: number, costs: ScenarioInput["costs"]) =>
    figureOf({ ...pipeline, batch: { global: 32, micro: 8 }, schedule: { kind: "interleaved", virtual }, costs });
  const machine = { kind: "hardware", preset: "classroom" } as const;
  expect(sharesClock(figure(1, { kind: "unit" }), figure(1, { kind: "unit" }))).toBe(true);
  expect(sharesClock(figure(1, { kind: "unit" }), figure(2, { kind: "unit" }))).toBe(false);
  expect(sharesClock(figure(1, machine), figure(2, machine))).toBe(true);
});
