/** What the tests of schedules share: a clock that knows only actions, and the questions they ask of it. For tests only. */
import { Refusal } from "../base/assert";
import { sum } from "../base/range";
import { type Action, type ActionKind, formatAction } from "../program/action";
import {
  actionsOf,
  type GeneratedKind,
  generateSchedule,
  ScheduleRefusal,
  type ScheduleTable,
  type WorkCell,
} from "./index";

export type ActionCosts = Record<ActionKind, number> & { transfer: number };

/** F = I = W = 1 and B = I + W, with free transfers. */
export const UNIT: ActionCosts = { F: 1, I: 1, W: 1, B: 2, transfer: 0 };

export interface CellSpan {
  cell: WorkCell;
  start: number;
  end: number;
}

export function scheduleOf(kind: GeneratedKind, numRanks: number, numMicrobatches: number, virtual = 1): ScheduleTable {
  return generateSchedule(kind, { numRanks, virtual, numMicrobatches });
}

/**
 * When each cell runs: start = max(end of this rank's previous cell, end of what it waits for + transfer). An overlap
 * takes as long as its parts one after the other.
 *
 * @source the cost model of Zero Bubble, arXiv:2401.10241 table 5
 */
export function cellTimes({ cells, stageToRank }: ScheduleTable, costs: ActionCosts): CellSpan[][] {
  const ends = new Map<string, number>();
  const spans: CellSpan[][] = cells.map(() => []);
  const readyAt = ({ stage, kind, microbatch }: Action): number => {
    const other = kind === "F" ? stage - 1 : stage + 1;
    if (kind === "W" || other < 0 || other >= stageToRank.length) return 0;
    const end = ends.get(`${other}${kind === "F" ? "F" : "I"}${microbatch}`) ?? Number.POSITIVE_INFINITY;
    return end + (stageToRank[other] === stageToRank[stage] ? 0 : costs.transfer);
  };
  const runRow = (row: readonly WorkCell[], done: CellSpan[]) => {
    for (let cell = row[done.length]; cell; cell = row[done.length]) {
      const start = Math.max(done.at(-1)?.end ?? 0, ...actionsOf(cell).map(readyAt));
      if (start === Number.POSITIVE_INFINITY) return;
      let end = start;
      for (const action of actionsOf(cell)) {
        end += costs[action.kind];
        ends.set(formatAction(action.kind === "B" ? { ...action, kind: "I" } : action), end);
      }
      done.push({ cell, start, end });
    }
  };
  const numDone = () => sum(spans.map((row) => row.length));
  while (numDone() < sum(cells.map((row) => row.length))) {
    const before = numDone();
    for (const [rank, row] of cells.entries()) runRow(row, spans[rank]);
    if (numDone() === before) throw new Error("deadlock");
  }
  return spans;
}

export interface Measures {
  makespan: number;
  /** For each rank: the makespan without the time its actions take. */
  idle: number[];
  /** For each rank: the time between its first start and its last end in which it does nothing. */
  gaps: number[];
  /** The longest time from a rank's first start to its last end. */
  span: number;
}

export function measure(table: ScheduleTable, costs: ActionCosts): Measures {
  const rows = cellTimes(table, costs);
  const ends = rows.map((row) => row[row.length - 1].end);
  const makespan = Math.max(...ends);
  const busy = rows.map((row) => sum(row.map(({ start, end }) => end - start)));
  const spans = rows.map((row, rank) => ends[rank] - row[0].start);
  return {
    makespan,
    idle: busy.map((time) => makespan - time),
    gaps: busy.map((time, rank) => spans[rank] - time),
    span: Math.max(...spans),
  };
}

/** For each rank: the most forwards whose backward has not ended, in stages times micro-batches. */
export function peaksInFlight({ ranks }: ScheduleTable): number[] {
  return ranks.map((row) => {
    let held = 0;
    let peak = 0;
    for (const { kind } of row) {
      if (kind === "F") held += 1;
      peak = Math.max(peak, held);
      if (kind === "B" || kind === "W") held -= 1;
    }
    return peak;
  });
}

/** For each rank: the forwards before its first backward. */
export function warmups({ ranks }: ScheduleTable): number[] {
  return ranks.map((row) => row.findIndex(({ kind }) => kind !== "F"));
}

/** A table's fault, as `rank:position cell` and the sentence; "legal" when it has none. */
export function faultOf(check: () => void): [place: string, sentence: string] {
  try {
    check();
  } catch (error) {
    if (error instanceof ScheduleRefusal) return [`${error.rank}:${error.position} ${error.cell}`, error.message];
    if (error instanceof Refusal) return ["table", error.message];
    throw error;
  }
  return ["legal", ""];
}

/** A table's file form from rows written with spaces. */
export const csvOf = (...rows: string[]) => rows.map((row) => row.replaceAll(" ", ",")).join("\n");
