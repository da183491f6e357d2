/** Tables that are not legal: each is refused with the first cell at fault. */
import { describe, expect, test } from "vitest";
import { checkCsv, generateSchedule, validateSchedule } from "./index";
import { csvOf, faultOf } from "./testing";

describe("a broken table is refused with the first cell at fault and what it waits for", () => {
  const cases: [name: string, table: string, place: string, says: string][] = [
    ["a word that is no action", csvOf("0F0 0X0", "1F0 1B0"), "0:1 0X0", '"0X0" is not an action'],
    ["an empty file", "\n", "table", "the table runs nothing"],
    ["a rank with nothing to do", "0F0,0B0\n,\n1F0,1B0", "1:0 ", "the rank has nothing to do"],
    [
      "a backward before its forward",
      csvOf("0F0 0B0", "1B0 1F0"),
      "1:0 1B0",
      "waits for 1F0 at rank 1, position 1, which comes later on the same rank",
    ],
    [
      "a weight gradient before its input gradient",
      csvOf("0F0 0W0 0I0"),
      "0:1 0W0",
      "waits for 0I0 at rank 0, position 2",
    ],
    [
      "a forward that nobody feeds",
      csvOf("0F0 0B0 0F1 0B1", "1F0 1B0 1B1", "2F0 2B0 2F1 2B1"),
      "1:2 1B1",
      "waits for 1F1, which no rank runs",
    ],
    ["a stage that is left out", csvOf("0F0 0B0", "2F0 2B0"), "1:0 2F0", "names stage 2, but no rank runs stage 1"],
    [
      "a micro-batch that is left out",
      csvOf("0F0 0F2 0B0 0B2"),
      "0:1 0F2",
      "names micro-batch 2, but no rank runs micro-batch 1",
    ],
    ["a forward run twice", csvOf("0F0 0F0 0B0"), "0:1 0F0", "does work that 0F0 at rank 0, position 0 does already"],
    ["a full backward after a split one", csvOf("0F0 0I0 0B0"), "0:2 0B0", "does work that 0I0 at rank 0, position 1"],
    [
      "a stage on two ranks",
      csvOf("0F0 1F0 0B0", "1F1 1B0 1B1"),
      "0:1 1F0",
      "runs on the wrong rank: stage 1 is on rank 1",
    ],
    [
      "a backward that is missing",
      csvOf("0F0 0F1 0B0", "1F0 1B0 1F1 1B1"),
      "0:3 0B1",
      "is missing: stage 0 never runs micro-batch 1 backward",
    ],
    [
      "a weight gradient that is missing",
      csvOf("0F0 0I0"),
      "0:2 0W0",
      "is missing: stage 0 never finishes micro-batch 0's backward",
    ],
    [
      "a deadlock of two ranks",
      csvOf("0F0 0B0 0F1 0B1", "1F0 1F1 1B0 1B1"),
      "0:1 0B0",
      "waits for 1B0 at rank 1, position 2, where 1F1 at position 1 waits for 0F1 at rank 0, position 2: a deadlock",
    ],
    [
      "a deadlock that an innocent rank waits behind",
      csvOf("0F0 0F1 0B0 0B1", "1F0 1B0 1F1 1B1", "2F0 2F1 2B0 2B1"),
      "1:1 1B0",
      "waits for 2B0 at rank 2, position 2, where 2F1 at position 1 waits for 1F1 at rank 1, position 2: a deadlock",
    ],
    [
      "an overlap whose halves cannot start together",
      csvOf("0F0 (0F1;0B0)OVERLAP_F_B 0B1", "1F0 1F1 1B0 1B1"),
      "0:1 (0F1;0B0)OVERLAP_F_B",
      "waits for 1B0 at rank 1, position 2, where 1F1 at position 1 waits for (0F1;0B0)OVERLAP_F_B at rank 0",
    ],
    [
      "an overlap the wrong way round",
      csvOf("0F0 (0B0;0F1)OVERLAP_F_B 0B1"),
      "0:1 (0B0;0F1)OVERLAP_F_B",
      "in that order",
    ],
    [
      "a reduction before the last backward",
      csvOf("0F0 0F1 0B0 0REDUCE_GRAD 0B1"),
      "0:3 0REDUCE_GRAD",
      "waits for 0B1 at rank 0, position 4",
    ],
    ["a reduction that one stage lacks", csvOf("0F0 0B0 0REDUCE_GRAD", "1F0 1B0"), "1:2 1REDUCE_GRAD", "is missing"],
    ["work on a sharded stage", csvOf("0UNSHARD 0F0 0RESHARD 0B0"), "0:3 0B0", "waits for 0UNSHARD"],
    ["a stage gathered twice", csvOf("0UNSHARD 0F0 0UNSHARD 0B0"), "0:2 0UNSHARD", "is whole already"],
    ["a stage sharded twice", csvOf("0UNSHARD 0F0 0B0 0RESHARD 0RESHARD"), "0:4 0RESHARD", "is sharded already"],
  ];
  test.each(cases)("%s", (_name, table, place, says) => {
    const [at, sentence] = faultOf(() => checkCsv(table));
    expect(at).toBe(place);
    expect(sentence).toContain(says);
  });
});

test("a place counts empty fields", () => {
  expect(faultOf(() => checkCsv("0F0,,0B0,\n,1B0,,1F0"))[0]).toBe("1:1 1B0");
});

test("huge numbers are refused, not counted up to", () => {
  expect(faultOf(() => checkCsv("0F0,0B0,999999999F0"))[0]).toBe("0:2 999999999F0");
  expect(faultOf(() => checkCsv("0F0,0B0,0F999999999"))[0]).toBe("0:2 0F999999999");
});

test("a generated schedule with two cells of one rank exchanged is refused or still legal, never a crash", () => {
  const { cells, stageToRank } = generateSchedule("zbv", { numRanks: 3, virtual: 2, numMicrobatches: 5 });
  let numRefused = 0;
  cells.forEach((row, rank) => {
    for (let i = 0; i + 1 < row.length; i++) {
      const swapped = cells.map((other) => [...other]);
      [swapped[rank][i], swapped[rank][i + 1]] = [swapped[rank][i + 1], swapped[rank][i]];
      if (faultOf(() => validateSchedule(swapped, stageToRank, 5))[0] !== "legal") numRefused += 1;
    }
  });
  expect(numRefused).toBeGreaterThan(0);
});
