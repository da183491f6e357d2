import { expect, test } from "vitest";
import { product, range } from "../base/range";
import { allParameters, describeModel, parameterCount } from "./model";
import { partitionStages } from "./partition";
import { cutShard, joinShards } from "./sharding";
import { describeRankModel } from "./tensorParallel";

const gpt = { kind: "gpt", layers: 2, hidden: 8, heads: 4, seq: 4, vocab: 10, mlpRatio: 4 } as const;
const mlp = { kind: "mlp", inputs: 2, hidden: 8, layers: 5, classes: 3, activation: "tanh" } as const;

const cutIn = (model: typeof gpt | typeof mlp, tp: number) => ({ model, mesh: { tp }, sequenceParallel: false });

test.each([gpt, mlp].flatMap((config) => [2, 4].map((tp) => [config.kind, tp, config] as const)))(
  "%s over %i ranks: the parts of every parameter put together are the whole, in the whole's order",
  (_, tp, config) => {
    const whole = allParameters(describeModel(config));
    const cut = new Map(
      allParameters(describeRankModel(cutIn(config, tp))).map((parameter) => [parameter.name, parameter]),
    );
    expect([...cut.keys()]).toEqual(whole.map(({ name }) => name));
    for (const { name, shape } of whole) {
      const parameter = cut.get(name) as NonNullable<ReturnType<typeof cut.get>>;
      expect(parameter.fullShape, name).toEqual(shape);
      const full = Float32Array.from(range(product(shape)).map((i) => i + 1));
      const parts = range(tp).map((index) => cutShard(full, parameter, index, tp));
      for (const part of parts) expect(part, name).toHaveLength(product(parameter.shape));
      expect(joinShards(parts, parameter), name).toEqual(full);
    }
  },
);

test("qkv is cut by heads: each rank gets columns of q, of k and of v", () => {
  const parameter = { fullShape: [1, 12], shape: [1, 6], shard: { dim: 1, blocks: 3 } } as const;
  const full = Float32Array.from(range(12));
  expect([...cutShard(full, parameter, 0, 2)]).toEqual([0, 1, 4, 5, 8, 9]);
  expect([...cutShard(full, parameter, 1, 2)]).toEqual([2, 3, 6, 7, 10, 11]);
});

test("tensor parallelism divides all that is cut, and no LayerNorm, position or row bias", () => {
  const [whole, half] = [1, 2].map((tp) => parameterCount(describeRankModel(cutIn(gpt, tp)))) as [number, number];
  const alike = allParameters(describeRankModel(cutIn(gpt, 2))).filter(({ shard }) => shard === null);
  expect(alike.every(({ name }) => /norm|position|out\.bias|down\.bias/.test(name))).toBe(true);
  const shared = alike.reduce((total, { shape }) => total + product(shape), 0);
  expect(half - shared).toBe((whole - shared) / 2);
});

test.each([
  [gpt, 3, "model.heads (4) must be divisible by mesh.tp (3): use tp 1, 2 or 4"],
  [mlp, 3, "model.hidden (8) must be divisible by mesh.tp (3): use tp 1, 2, 4 or 8"],
] as const)("what does not divide is refused with what would fit", (config, tp, sentence) => {
  expect(() => describeRankModel(cutIn(config, tp))).toThrow(sentence);
});

test.each([
  [4, [1, 1, 1, 1]],
  [5, [1, 2, 1, 1]],
  [6, [1, 2, 2, 1]],
  [7, [2, 2, 2, 1]],
  [8, [2, 2, 2, 2]],
])("%i layers on 4 stages: as even as possible, the first and last get fewer", (layers, sizes) => {
  const stages = partitionStages(describeModel({ ...gpt, layers }), 4);
  expect(stages.map((units) => units.filter(({ name }) => name.startsWith("blocks.")).length)).toEqual(sizes);
  expect(stages.flat().map(({ name }) => name)).toEqual(["embed", ...range(layers).map((i) => `blocks.${i}`), "head"]);
});

test("more stages than layers are refused with both numbers", () => {
  expect(() => partitionStages(describeModel(mlp), 6)).toThrow(/model.layers \(5\) must be at least .* stages \(6\)/);
});
