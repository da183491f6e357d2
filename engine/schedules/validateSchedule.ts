/**
 * Whether a schedule is legal, however it was made: by a generator, by hand, or read from a file.
 *
 * A fault names the first cell that is wrong (rank, position, text) and what it waits for.
 */
import type { WorkCell } from "./cell";
import { checkTable } from "./checkTable";
import { parseScheduleCsv } from "./csv";

/**
 * Checks each rank's actions, overlapped or not; messages between ranks are implied.
 *
 * @throws ScheduleRefusal at the first fault
 */
export function validateSchedule(
  ranks: readonly (readonly WorkCell[])[],
  stageToRank: readonly number[],
  numMicrobatches: number,
): void {
  checkTable(ranks, { stageToRank, numMicrobatches });
}

/**
 * Checks the text of a table in PyTorch's form, with SEND and RECV written out or implied.
 *
 * Stages and micro-batches are counted in the table itself; a stage lives on the rank that has most of its cells.
 *
 * @throws ScheduleRefusal at the first fault
 */
export function checkCsv(text: string): void {
  checkTable(parseScheduleCsv(text));
}
