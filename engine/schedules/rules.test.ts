/** What each schedule can run: its rule in a sentence, and that whatever the rule lets pass is legal. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "../base/assert";
import {
  checkShape,
  GENERATORS,
  type GeneratedKind,
  generateSchedule,
  type ScheduleShape,
  validateSchedule,
} from "./index";

const KINDS = Object.keys(GENERATORS) as GeneratedKind[];

describe("a shape that breaks a schedule's rule is refused with the rule and what would fit", () => {
  const cases: [GeneratedKind, [number, number, number], string][] = [
    ["1f1b", [4, 1, 2], "1f1b needs at least as many micro-batches as stages (4): use 4 or more, not 2"],
    ["1f1b", [4, 2, 8], "1f1b runs one stage on each rank: use schedule.virtual 1, or interleaved for 2"],
    ["gpipe", [4, 3, 8], "gpipe runs one stage on each rank: use schedule.virtual 1, or looped-bfs for 3"],
    ["zb-h1", [4, 2, 8], "zb-h1 runs one stage on each rank: use schedule.virtual 1, or zb1p for 2"],
    ["zb-h2", [4, 2, 8], "zb-h2 runs one stage on each rank: use schedule.virtual 1, or zb1p for 2"],
    [
      "interleaved",
      [4, 2, 9],
      "interleaved takes 9 micro-batches over 4 ranks in 2 rounds of one size: use 8 or 10 micro-batches",
    ],
    ["zb1p", [2, 2, 7], "zb1p takes 7 micro-batches over 2 ranks in 3 rounds of one size: use 6 or 8 micro-batches"],
    ["zbv", [4, 1, 8], "zbv runs exactly 2 stages on each rank, in a V: use schedule.virtual 2, not 1"],
    ["dualpipev", [4, 3, 8], "dualpipev runs exactly 2 stages on each rank, in a V: use schedule.virtual 2, not 3"],
    ["dualpipev", [4, 2, 7], "dualpipev needs at least as many micro-batches as stages (8): use 8 or more, not 7"],
    ["naive", [4, 1, 0], "numMicrobatches must be a whole number from 1, not 0"],
  ];
  test.each(cases)("%s %j", (kind, [numRanks, virtual, numMicrobatches], sentence) => {
    const shape = { numRanks, virtual, numMicrobatches };
    expect(refusalOf(kind, shape)?.message).toBe(sentence);
    expect(() => generateSchedule(kind, shape)).toThrow(Refusal);
  });
});

test("a refusal names the field of the scenario at fault", () => {
  expect(refusalOf("1f1b", { numRanks: 4, virtual: 1, numMicrobatches: 2 })?.path).toEqual(["batch", "global"]);
  expect(refusalOf("zbv", { numRanks: 4, virtual: 1, numMicrobatches: 8 })?.path).toEqual(["schedule", "virtual"]);
  expect(refusalOf("1f1b", { numRanks: 4, virtual: 1, numMicrobatches: 4 })).toBeNull();
});

test("one rank with one micro-batch is legal wherever one micro-batch can fill it", () => {
  for (const kind of KINDS) {
    const virtual = kind === "zbv" || kind === "dualpipev" ? 2 : 1;
    const numMicrobatches = kind === "dualpipev" ? 2 : 1;
    expect(() => checkShape(kind, { numRanks: 1, virtual, numMicrobatches })).not.toThrow();
  }
});

test.each(["naive", "gpipe", "looped-bfs", "zb-h1", "zb-h2", "interleaved", "zb1p"] as const)(
  "%s runs fewer micro-batches than there are ranks",
  (kind) => {
    for (const numMicrobatches of [1, 2, 3]) {
      const { cells, stageToRank } = generateSchedule(kind, { numRanks: 4, virtual: 1, numMicrobatches });
      validateSchedule(cells, stageToRank, numMicrobatches);
    }
  },
);

test.each(KINDS)("%s: every shape that its rule lets pass gives a legal schedule, overlapped or not", (kind) => {
  const shapes = fc
    .record({
      numRanks: fc.integer({ min: 1, max: 9 }),
      virtual: fc.integer({ min: 1, max: 4 }),
      numMicrobatches: fc.integer({ min: 1, max: 24 }),
    })
    .map((shape) => ({ ...shape, virtual: fits(kind, shape.virtual) }))
    .filter((shape) => refusalOf(kind, shape) === null);
  fc.assert(
    fc.property(shapes, (shape) => {
      const { cells, ranks, stageToRank } = generateSchedule(kind, shape);
      validateSchedule(cells, stageToRank, shape.numMicrobatches);
      validateSchedule(ranks, stageToRank, shape.numMicrobatches);
    }),
    { numRuns: 60, seed: 7 },
  );
});

function fits(kind: GeneratedKind, virtual: number): number {
  if (kind === "zbv" || kind === "dualpipev") return 2;
  return kind === "gpipe" || kind === "1f1b" || kind === "zb-h1" || kind === "zb-h2" ? 1 : virtual;
}

function refusalOf(kind: GeneratedKind, shape: ScheduleShape): Refusal | null {
  try {
    checkShape(kind, shape);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
