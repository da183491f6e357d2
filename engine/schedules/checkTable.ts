/**
 * What a legal table is: every stage lives on one rank and takes every micro-batch forward once and backward once
 * (B, or I and later W), and the ranks, each in its own order, never wait for each other in a circle.
 *
 * Where messages are written out, each is sent and received once, a receive waits for its send, and two ranks
 * exchange messages in the order they are sent: between a pair of ranks there is one queue, and no labels on it.
 */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import { actionsOf, type Cell, type CellTable, isMessage, stagesOf } from "./cell";
import type { TableContext } from "./cellWaits";
import { ScheduleRefusal } from "./fault";
import { checkMessageOrder, checkPeer } from "./tableMessages";
import { checkOrder, forEachCell, indexJobs, type JobIndex } from "./tableOrder";

/** What the caller knows about a table; what is left out is read from it. */
export interface TableExpectation {
  stageToRank?: readonly number[];
  numMicrobatches?: number;
}

/** @throws ScheduleRefusal at the first field at fault; Refusal when a row or the table as a whole is */
export function checkTable(table: CellTable, expected: TableExpectation = {}): TableContext {
  const context = readContext(table, expected);
  checkBounds(table, context);
  checkSharding(table);
  const index = indexJobs(table);
  checkOrder(table, context, index);
  checkMessageOrder(table, context, index);
  checkComplete(table, context, index);
  return context;
}

function readContext(table: CellTable, { stageToRank, numMicrobatches }: TableExpectation): TableContext {
  /** How many cells of each stage each rank has: a stage lives where most are, so that a stray one is the fault. */
  const homes = new Map<number, number[]>();
  const microbatches = new Set<number>();
  let hasMessages = false;
  forEachCell(table, (cell, { rank }) => {
    for (const stage of stagesOf(cell)) {
      const counts = homes.get(stage) ?? table.map(() => 0);
      counts[rank]++;
      homes.set(stage, counts);
    }
    for (const { microbatch } of actionsOf(cell)) microbatches.add(microbatch);
    hasMessages ||= isMessage(cell);
  });
  if (microbatches.size === 0) {
    throw new Refusal("the table runs nothing: write a row of actions for each rank, as 0F0 0B0", [
      "schedule",
      "ranks",
    ]);
  }
  const idle = table.findIndex((row) => row.every((cell) => cell === null));
  if (idle >= 0) throw new ScheduleRefusal({ rank: idle, position: 0, cell: "" }, "the rank has nothing to do");
  if (stageToRank) checkPlacement(stageToRank, table.length);
  else checkNoGap(table, homes, "stage", stagesOf);
  if (numMicrobatches === undefined) {
    checkNoGap(table, microbatches, "micro-batch", (cell) => actionsOf(cell).map(({ microbatch }) => microbatch));
  }
  return {
    stageToRank: stageToRank ?? range(homes.size).map((stage) => indexOfLargest(homes.get(stage) as number[])),
    numMicrobatches: numMicrobatches ?? microbatches.size,
    hasMessages,
  };
}

const indexOfLargest = (counts: readonly number[]) => counts.indexOf(Math.max(...counts));

/** Numbers that count something must begin at 0 and leave none out. */
function checkNoGap(
  table: CellTable,
  named: { has(n: number): boolean; size: number },
  what: string,
  numbersOf: (cell: Cell) => readonly number[],
): void {
  const gap = range(named.size).find((n) => !named.has(n));
  if (gap === undefined) return;
  forEachCell(table, (cell, place) => {
    const number = numbersOf(cell).find((n) => n > gap);
    if (number === undefined) return;
    throw new ScheduleRefusal(place, `names ${what} ${number}, but no rank runs ${what} ${gap}: count from 0`);
  });
}

function checkPlacement(stageToRank: readonly number[], numRanks: number): void {
  const stage = stageToRank.findIndex((rank) => !Number.isInteger(rank) || rank < 0 || rank >= numRanks);
  if (stage >= 0) {
    throw new Refusal(
      `stageToRank places stage ${stage} on rank ${stageToRank[stage]}: the ranks of the table are 0 to ${numRanks - 1}`,
      ["schedule", "stageToRank"],
    );
  }
}

function checkBounds(table: CellTable, { stageToRank, numMicrobatches }: TableContext): void {
  forEachCell(table, (cell, place) => {
    for (const stage of stagesOf(cell)) {
      if (stage >= stageToRank.length) {
        throw new ScheduleRefusal(place, `names stage ${stage}: there are ${stageToRank.length}, counted from 0`);
      }
      if (stageToRank[stage] !== place.rank) {
        throw new ScheduleRefusal(place, `runs on the wrong rank: stage ${stage} is on rank ${stageToRank[stage]}`);
      }
    }
    for (const { microbatch } of isMessage(cell) ? [cell] : actionsOf(cell)) {
      if (microbatch >= numMicrobatches) {
        throw new ScheduleRefusal(
          place,
          `names micro-batch ${microbatch}: there are ${numMicrobatches}, counted from 0`,
        );
      }
    }
    if (isMessage(cell)) checkPeer(cell, place, stageToRank);
  });
}

/** Where parameters are sharded: work needs its stage whole. */
function checkSharding(table: CellTable): void {
  const isSharded = table.some((row) => row.some((cell) => cell?.kind === "UNSHARD" || cell?.kind === "RESHARD"));
  if (!isSharded) return;
  const whole = new Set<number>();
  forEachCell(table, (cell, place) => {
    if (cell.kind === "UNSHARD") {
      if (whole.has(cell.stage))
        throw new ScheduleRefusal(place, `gathers stage ${cell.stage}, which is whole already`);
      whole.add(cell.stage);
    } else if (cell.kind === "RESHARD" && !whole.delete(cell.stage)) {
      throw new ScheduleRefusal(place, `waits for ${cell.stage}UNSHARD: stage ${cell.stage} is sharded already`);
    }
    const sharded = actionsOf(cell).find(({ stage }) => !whole.has(stage));
    if (sharded) throw new ScheduleRefusal(place, `waits for ${sharded.stage}UNSHARD: the stage is sharded there`);
  });
}

function checkComplete(table: CellTable, { stageToRank, numMicrobatches }: TableContext, index: JobIndex): void {
  const reduces = table.some((row) => row.some((cell: Cell | null) => cell?.kind === "REDUCE_GRAD"));
  for (const [stage, rank] of stageToRank.entries()) {
    const missing = (cell: string, what: string) => {
      throw new ScheduleRefusal({ rank, position: table[rank].length, cell }, `is missing: ${what}`);
    };
    for (const i of range(numMicrobatches)) {
      if (!index.has(`${stage}F${i}`)) missing(`${stage}F${i}`, `stage ${stage} never runs micro-batch ${i} forward`);
      if (!index.has(`${stage}I${i}`)) missing(`${stage}B${i}`, `stage ${stage} never runs micro-batch ${i} backward`);
      if (!index.has(`${stage}W${i}`))
        missing(`${stage}W${i}`, `stage ${stage} never finishes micro-batch ${i}'s backward`);
    }
    if (reduces && !index.has(`${stage}REDUCE_GRAD`)) {
      missing(`${stage}REDUCE_GRAD`, `the gradients of stage ${stage} are never reduced, and other stages' are`);
    }
  }
}
