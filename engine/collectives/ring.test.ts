import { memory, type Tensor1D, tensor1d } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { mulberry32 } from "../base/random";
import { range, sum } from "../base/range";
import { ringAllGather, ringAllReduce, ringReduceScatter } from "./ring";

beforeAll(() => startNodeBackend("wasm"));

const sizes: [number, number][] = [
  [1, 5],
  [2, 8],
  [3, 7],
  [4, 12],
  [8, 64],
  [8, 3],
];

test.each(sizes)("%i ranks, %i elements: every rank gets the sum, and the mean is the sum over n", (n, elements) => {
  const next = mulberry32(n * 100 + elements);
  const values = range(n).map(() => range(elements).map(() => 2 * next() - 1));
  const members = values.map((own) => tensor1d(own));
  const before = memory().numTensors;
  const sums = ringAllReduce(members, "sum").results;
  const means = ringAllReduce(members, "mean").results;
  expect(memory().numTensors).toBe(before + 2 * n);
  range(elements).forEach((i) => {
    const expected = sum(values.map((own) => own[i] as number));
    for (const rank of range(n)) {
      expect((sums[rank] as Tensor1D).dataSync()[i]).toBeCloseTo(expected, 5);
      expect((means[rank] as Tensor1D).dataSync()[i]).toBeCloseTo(expected / n, 5);
    }
  });
});

// @source Patarasuk and Yuan 2009: 2 (n-1) steps, and each rank sends 2 (n-1)/n of the tensor.
test.each([2, 4, 8])("%i ranks: 2 (n-1) steps, and each rank sends 2 (n-1)/n of the bytes to its neighbour", (n) => {
  const elements = 16 * n;
  const members = range(n).map(() => tensor1d(range(elements)));
  const { transfers } = ringAllReduce(members, "mean");
  expect(new Set(transfers.map(({ step }) => step)).size).toBe(2 * (n - 1));
  for (const rank of range(n)) {
    const sent = transfers.filter(({ from }) => from === rank);
    expect(sum(sent.map(({ bytes }) => bytes))).toBe((2 * (n - 1) * elements * 4) / n);
    expect(new Set(sent.map(({ to }) => to))).toEqual(new Set([(rank + 1) % n]));
  }
});

test("one rank sends nothing", () => {
  expect(ringAllReduce([tensor1d([1, 2])], "mean").transfers).toEqual([]);
});

test("all ranks end with the same bits, so replicas cannot drift", () => {
  const next = mulberry32(5);
  const members = range(5).map(() => tensor1d(range(13).map(() => next())));
  const [first, ...others] = ringAllReduce(members, "mean").results.map((result) => [...result.dataSync()]);
  for (const other of others) expect(other).toEqual(first);
});

test.each([2, 3, 4])("%i ranks: after a reduce-scatter each has its chunk of the all-reduce's result", (n) => {
  const next = mulberry32(n);
  const members = range(n).map(() => tensor1d(range(3 * n).map(() => next())));
  const before = memory().numTensors;
  const { results, transfers } = ringReduceScatter(members, "mean");
  expect(memory().numTensors).toBe(before + n);
  const [whole] = ringAllReduce(members, "mean").results.map((result) => [...result.dataSync()]);
  results.forEach((part, position) => {
    expect([...part.dataSync()]).toEqual(whole?.slice(3 * position, 3 * position + 3));
  });
  for (const rank of range(n)) expect(bytesFrom(transfers, rank)).toBe((n - 1) * 3 * 4);
});

test.each([2, 3, 4])("%i ranks: an all-gather lays the parts end to end on every rank", (n) => {
  const members = range(n).map((position) => tensor1d([position, 10 + position]));
  const before = memory().numTensors;
  const { results, transfers } = ringAllGather(members);
  expect(memory().numTensors).toBe(before + n);
  const whole = range(n).flatMap((position) => [position, 10 + position]);
  for (const result of results) expect([...result.dataSync()]).toEqual(whole);
  for (const rank of range(n)) expect(bytesFrom(transfers, rank)).toBe((n - 1) * 2 * 4);
});

const bytesFrom = (transfers: readonly { from: number; bytes: number }[], rank: number) =>
  sum(transfers.filter(({ from }) => from === rank).map(({ bytes }) => bytes));
