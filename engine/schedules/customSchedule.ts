/**
 * Custom: a schedule written by hand, a line of actions for each rank.
 *
 * Rules: it is legal by `validateSchedule`. Messages are not written: they follow from the stages.
 */
import { actionsOf, formatCell, isWork, type WorkCell } from "./cell";
import { checkTable } from "./checkTable";
import { parseField } from "./csv";
import { ScheduleRefusal } from "./fault";
import type { ScheduleTable } from "./schedule";

export interface CustomSchedule {
  /** Each rank's actions in order, with spaces between: `0F0 0F1 0B0 0B1`. */
  ranks: readonly string[];
  /** Which rank holds each stage; without it, a stage lives on the rank that has most of its cells. */
  stageToRank?: readonly number[];
  /** Without it, as many as the table runs. */
  numMicrobatches?: number;
}

/** @throws ScheduleRefusal at the first fault */
export function customSchedule({ ranks, stageToRank, numMicrobatches }: CustomSchedule): ScheduleTable {
  const table = ranks.map((text, rank) =>
    text
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word, position) => parseField(word, rank, position)),
  );
  const cells = table.map((row, rank) =>
    row.map((cell, position): WorkCell => {
      if (isWork(cell)) return cell;
      const place = { rank, position, cell: formatCell(cell) };
      throw new ScheduleRefusal(place, "is not an action: messages follow from the stages");
    }),
  );
  const { stageToRank: homes } = checkTable(cells, { stageToRank, numMicrobatches });
  return { stageToRank: [...homes], cells, ranks: cells.map((row) => row.flatMap(actionsOf)) };
}
