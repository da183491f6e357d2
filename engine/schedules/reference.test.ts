/** Every order that PyTorch 2.13 gives, cell for cell, with its makespan and idle time. */
import { expect, test } from "vitest";
import { range, sum } from "../base/range";
import { formatCell, type GeneratedKind, generateSchedule, parseCell, validateSchedule } from "./index";
import reference from "./schedules.reference.json";
import { type CellSpan, cellTimes, measure, UNIT } from "./testing";

test("the reference holds 39 schedules", () => {
  expect(reference.cases).toHaveLength(39);
});

for (const { schedule, pp, virtual, microbatches, stageToRank, ranks, makespan, idlePerRank } of reference.cases) {
  const kind = schedule as GeneratedKind;
  const table = generateSchedule(kind, { numRanks: pp, virtual, numMicrobatches: microbatches });
  const name = `${kind}, ${pp} ranks, ${microbatches} micro-batches`;

  test(`${name}: PyTorch's order, cell for cell`, () => {
    expect(table.cells.map((row) => row.map(formatCell).join(" "))).toEqual(ranks);
    expect(table.stageToRank).toEqual(stageToRank ?? range(pp));
    expect(
      ranks.map((row) =>
        row
          .split(" ")
          .map((word) => formatCell(parseCell(word)))
          .join(" "),
      ),
    ).toEqual(ranks);
    validateSchedule(table.ranks, table.stageToRank, microbatches);
  });

  test(`${name}: PyTorch's makespan ${makespan} and idle time ${idlePerRank}`, () => {
    const measured = measure(table, UNIT);
    expect(measured.makespan).toBe(makespan);
    expect(drawnIdle(cellTimes(table, UNIT), makespan)).toEqual(idlePerRank);
    if (kind === "zbv") expect(measured.idle).toEqual(range(pp).map(() => pp - 1));
    else expect(measured.idle).toEqual(idlePerRank);
    expect(sum(measured.idle)).toBe(sum(idlePerRank));
  });
}

/**
 * Idle time as PyTorch's visualizer counts it: once a rank has begun its last action its row is taken out of the list,
 * and the ranks below it move up by one. So where rank 0 ends first, as in ZB-V, the ends of the others are counted on
 * rows above their own.
 *
 * @source torch.distributed.pipelining _schedule_visualizer.py, `add_schedule_op_spacing`
 */
function drawnIdle(rows: readonly CellSpan[][], makespan: number): number[] {
  const idle = rows.map(() => makespan);
  rows.forEach((row, rank) => {
    for (const { start, end } of row) {
      const drawnAt = rows.slice(0, rank).filter((above) => above[above.length - 1].start >= start).length;
      idle[drawnAt] -= end - start;
    }
  });
  return idle;
}
