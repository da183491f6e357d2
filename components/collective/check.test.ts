import { expect, test } from "vitest";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import type { Collective, Reduction } from "@/engine/program";
import { checkRecord } from "./check";

const collective = (op: Collective["op"], reduction?: Reduction) => ({ op, reduction }) as Collective;

/** Two members with two chunks of one number each: 1 and 10 meet 3 and -2. */
function record(after: (number[] | null)[][]): CollectiveRecord {
  const before = [
    [[1], [10]],
    [[3], [-2]],
  ];
  return { rank: 4, index: 0, step: 1, members: [4, 5], chunkElements: [1, 1], held: [before, after], transfers: [] };
}

test.each([
  ["sum", 4, 8],
  ["mean", 2, 4],
  ["max", 3, 10],
] as const)("an all-reduce that takes the %s is right when both members hold it", (reduction, first, second) => {
  const own = [[first], [second]];
  expect(checkRecord(record([own, own]), collective("allReduce", reduction))).toEqual({
    reduction,
    first: [1, 3],
    expected: first,
    held: first,
    numHolders: 2,
    largestDifference: 0,
    numCompared: 4,
  });
});

test("a wrong number is found wherever it is, also on the last member's last chunk", () => {
  const check = checkRecord(
    record([
      [[4], [8]],
      [[4], [8.5]],
    ]),
    collective("allReduce", "sum"),
  );
  expect(check).toMatchObject({ held: 4, expected: 4, largestDifference: 0.5 });
});

test("after a reduce-scatter each member answers for its own chunk alone", () => {
  const check = checkRecord(
    record([
      [[4], [10]],
      [[3], [8]],
    ]),
    collective("reduceScatter", "sum"),
  );
  expect(check).toMatchObject({ numHolders: 1, numCompared: 2, largestDifference: 0 });
});

test("an all-gather combines nothing, so there is nothing to add up", () => {
  expect(checkRecord(record([]), collective("allGather"))).toBeNull();
});
