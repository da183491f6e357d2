import { expect, test } from "vitest";
import { product, sum } from "@/engine/base/range";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure } from "../stage/state/figure";
import { heatMap, layoutShards } from "./layout";
import { ownedParameters } from "./ownership";

const mlp: ScenarioInput = {
  model: { kind: "mlp", inputs: 256, hidden: 256, layers: 4, classes: 256 },
  batch: { global: 16, micro: 4 },
};
const gpt: ScenarioInput = {
  model: { kind: "gpt", layers: 2, hidden: 16, heads: 4, seq: 8, vocab: 13 },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 16, micro: 2 },
};
const figureOf = (input: ScenarioInput) => buildFigure(parseScenario(input));
const owned = (input: ScenarioInput) => ownedParameters(figureOf(input));

test("a [256, 256] weight is cut into two of [256, 128], and the next one into two of [128, 256]", () => {
  const parameters = owned({ ...mlp, mesh: { tp: 2 } });
  const marks = layoutShards(parameters, { widthPx: 400 });
  const tiles = (name: string) => marks.parameters.find((mark) => mark.name === name)?.tiles ?? [];
  const side = 256 * marks.scalePx;
  expect(tiles("layers.0.weight").map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
    [side / 2, side],
    [side / 2, side],
  ]);
  expect(tiles("layers.1.weight").map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
    [side, side / 2],
    [side, side / 2],
  ]);
  expect(parameters[0].parameter.shape).toEqual([256, 128]);
});

test("qkv is cut in three blocks, so that each rank has heads of all three", () => {
  const qkv = owned({ ...gpt, mesh: { tp: 2 } }).find(({ parameter }) => parameter.name.endsWith("attn.qkv.weight"));
  expect(qkv?.pieces.map(({ ranges }) => ranges)).toEqual([
    [
      { from: 0, to: 8 },
      { from: 16, to: 24 },
      { from: 32, to: 40 },
    ],
    [
      { from: 8, to: 16 },
      { from: 24, to: 32 },
      { from: 40, to: 48 },
    ],
  ]);
});

test.each<ScenarioInput>([
  gpt,
  { ...gpt, mesh: { tp: 4 } },
  { ...gpt, mesh: { dp: 2, pp: 2, tp: 2 }, schedule: { kind: "gpipe" } },
  { ...mlp, mesh: { tp: 2 } },
])("tiles cover their parameter once, every element has an owner: %j", (input) => {
  const parameters = owned(input);
  const marks = layoutShards(parameters, { widthPx: 700 });
  expect(marks.parameters).toHaveLength(parameters.length);
  marks.parameters.forEach(({ widthPx, heightPx, tiles }) => {
    expect(sum(tiles.map((tile) => tile.widthPx * tile.heightPx))).toBeCloseTo(widthPx * heightPx, 6);
  });
  for (const { parameter, pieces } of parameters) {
    const along = parameter.shard
      ? (parameter.fullShape[parameter.shard.dim] as number)
      : (parameter.fullShape[0] ?? 1);
    expect(sum(pieces.flatMap(({ ranges }) => ranges.map(({ from, to }) => to - from)))).toBe(along);
  }
  marks.parameters.forEach((a, i) => {
    for (const b of marks.parameters.slice(0, i)) {
      const apart =
        a.xPx >= b.xPx + b.widthPx ||
        b.xPx >= a.xPx + a.widthPx ||
        a.yPx >= b.yPx + b.heightPx ||
        b.yPx >= a.yPx + a.heightPx;
      expect(apart, `${a.name} and ${b.name}`).toBe(true);
    }
  });
});

test("a stage's parameters belong to its pipeline rank, and every replica holds them", () => {
  const parameters = owned({ ...gpt, mesh: { dp: 2, pp: 2, tp: 2 }, schedule: { kind: "gpipe" } });
  const first = parameters.find(({ parameter }) => parameter.name === "blocks.0.attn.out.weight");
  const last = parameters.find(({ parameter }) => parameter.name === "blocks.1.attn.out.weight");
  expect(first?.pieces.map(({ ranks }) => ranks)).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(last?.pieces.map(({ ranks }) => ranks)).toEqual([
    [4, 6],
    [5, 7],
  ]);
});

test("the flat parts of ZeRO cover their group once; stage 1 cuts the optimizer, 2 gradients too, 3 all", () => {
  const kinds = ([1, 2, 3] as const).map((zero) => {
    const parameters = owned({ ...gpt, mesh: { dp: 4 }, zero });
    for (const { flat, parameter } of parameters) {
      expect(flat?.range.to).toBe((flat?.range.from as number) + product(parameter.shape));
      expect(sum(flat?.parts.map(({ from, to }) => to - from) ?? [])).toBe(flat?.elements);
    }
    return parameters[0].flat?.kinds;
  });
  expect(kinds).toEqual([["optimizer"], ["gradients", "optimizer"], ["parameters", "gradients", "optimizer"]]);
  expect(owned({ ...gpt, mesh: { dp: 4 } })[0].flat).toBeNull();
});

test("a heat map has the matrix's own numbers while they fit, and means of equal blocks beyond", () => {
  const values = Float32Array.from([1, -2, 3, 4, 5, -6]);
  expect(heatMap(values, [2, 3])).toEqual({ rows: 2, columns: 3, means: [1, -2, 3, 4, 5, -6], most: 6, perCell: 1 });
  expect(heatMap(Float32Array.from([1, 3, 5, 7]), [4], 2)).toEqual({
    rows: 1,
    columns: 2,
    means: [2, 6],
    most: 6,
    perCell: 2,
  });
});

test("no width draws nothing wider than the least", () => {
  const marks = layoutShards(owned(gpt), { widthPx: 0 });
  for (const { widthPx } of marks.parameters) expect(widthPx).toBeLessThanOrEqual(5);
});
