/** Schedules written by hand. */
import { describe, expect, test } from "vitest";
import { customSchedule, generateSchedule } from "./index";
import { faultOf } from "./testing";

describe("a schedule written by hand", () => {
  test("is read into the table that a generator would give", () => {
    const shape = { numRanks: 2, virtual: 1, numMicrobatches: 3 };
    const ranks = ["0F0 0F1 0B0 0F2 0B1 0B2", "1F0 1B0 1F1 1B1 1F2 1B2"];
    expect(customSchedule({ ranks })).toEqual(generateSchedule("1f1b", shape));
    expect(customSchedule({ ranks, stageToRank: [0, 1], numMicrobatches: 3 })).toEqual(generateSchedule("1f1b", shape));
  });

  test("keeps its overlapped pairs, and any placement", () => {
    const ranks = ["1F0 (1F1;1B0)OVERLAP_F_B 1B1", "0F0 0F1 0B0 0B1"];
    const { stageToRank, cells, ranks: actions } = customSchedule({ ranks });
    expect(stageToRank).toEqual([1, 0]);
    expect(cells[0]).toHaveLength(3);
    expect(actions[0]).toHaveLength(4);
  });

  const cases: [string, Parameters<typeof customSchedule>[0], string, string][] = [
    [
      "messages are not written",
      { ranks: ["0F0 0SEND_F0 0B0", "1F0 1B0"] },
      "0:1 0SEND_F0",
      "messages follow from the stages",
    ],
    [
      "more micro-batches than there are",
      { ranks: ["0F0 0F1 0B0 0B1"], numMicrobatches: 1 },
      "0:1 0F1",
      "names micro-batch 1: there are 1",
    ],
    [
      "fewer micro-batches than there are",
      { ranks: ["0F0 0B0"], numMicrobatches: 2 },
      "0:2 0F1",
      "stage 0 never runs micro-batch 1 forward",
    ],
    ["a stage too many", { ranks: ["0F0 1F0 1B0 0B0"], stageToRank: [0] }, "0:1 1F0", "names stage 1: there are 1"],
    [
      "another placement than was said",
      { ranks: ["0F0 0B0", "1F0 1B0"], stageToRank: [1, 0] },
      "0:0 0F0",
      "stage 0 is on rank 1",
    ],
    [
      "a placement on no rank",
      { ranks: ["0F0 0B0"], stageToRank: [2] },
      "table",
      "stageToRank places stage 0 on rank 2: the ranks of the table are 0 to 0",
    ],
  ];
  test.each(cases)("%s", (_name, schedule, place, says) => {
    const [at, sentence] = faultOf(() => customSchedule(schedule));
    expect(at).toBe(place);
    expect(sentence).toContain(says);
  });
});
