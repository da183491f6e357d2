/** Whether a table can run to its end: each rank in its own order, a cell once all it waits for is done. */
import { type Cell, type CellTable, formatCell } from "./cell";
import { jobsOf, type TableContext, waitsOf } from "./cellWaits";
import { type CellPlace, ScheduleRefusal } from "./fault";

/** Where each job is done. */
export type JobIndex = ReadonlyMap<string, CellPlace>;

/** @throws ScheduleRefusal at the second cell that does one job */
export function indexJobs(table: CellTable): JobIndex {
  const index = new Map<string, CellPlace>();
  forEachCell(table, (cell, place) => {
    for (const job of jobsOf(cell)) {
      const first = index.get(job);
      if (first) {
        throw new ScheduleRefusal(
          place,
          `does work that ${first.cell} at rank ${first.rank}, position ${first.position} does already`,
        );
      }
      index.set(job, place);
    }
  });
  return index;
}

/** @throws ScheduleRefusal at a cell that can never run, with what it waits for */
export function checkOrder(table: CellTable, context: TableContext, index: JobIndex): void {
  const done = new Set<string>();
  const next = table.map(() => 0);
  const missingOf = (rank: number) => {
    const cell = table[rank][next[rank]];
    return cell ? waitsOf(cell, context).find((job) => !done.has(job)) : undefined;
  };
  const sleepers = new Map<string, number[]>();
  const awake = table.map((_, rank) => rank);
  const advance = (rank: number, row: CellTable[number]) => {
    for (; next[rank] < row.length; next[rank]++) {
      const missing = missingOf(rank);
      if (missing !== undefined) {
        sleepers.set(missing, [...(sleepers.get(missing) ?? []), rank]);
        return;
      }
      const cell = row[next[rank]];
      for (const job of cell ? jobsOf(cell) : []) {
        done.add(job);
        awake.push(...(sleepers.get(job) ?? []));
        sleepers.delete(job);
      }
    }
  };
  for (let rank = awake.pop(); rank !== undefined; rank = awake.pop()) advance(rank, table[rank]);
  const firstStuck = next.findIndex((position, rank) => position < table[rank].length);
  if (firstStuck >= 0) throw describeStuck(table, next, missingOf, index, firstStuck);
}

interface Wait {
  at: CellPlace;
  job: string;
  doneAt: CellPlace | undefined;
}

/** Follows the waits from one stuck rank to the next: they end at work that nobody does, or go round in a circle. */
function describeStuck(
  table: CellTable,
  next: readonly number[],
  missingOf: (rank: number) => string | undefined,
  index: JobIndex,
  firstStuck: number,
): ScheduleRefusal {
  const waits: Wait[] = [];
  let rank = firstStuck;
  while (!waits.some(({ at }) => at.rank === rank)) {
    const position = next[rank];
    const job = missingOf(rank) as string;
    const doneAt = index.get(job);
    const at = { rank, position, cell: formatCell(table[rank][position]) };
    if (!doneAt) return new ScheduleRefusal(at, `waits for ${jobName(job)}, which no rank runs`);
    waits.push({ at, job, doneAt });
    rank = doneAt.rank;
  }
  const circle = waits.slice(waits.findIndex(({ at }) => at.rank === rank));
  const start = circle.reduce((low, wait, i) => (wait.at.rank < circle[low].at.rank ? i : low), 0);
  const [first, ...others] = [...circle.slice(start), ...circle.slice(0, start)] as [Wait, ...Wait[]];
  if (others.length === 0) {
    return new ScheduleRefusal(first.at, `waits for ${targetOf(first)}, which comes later on the same rank`);
  }
  const chain = others.map(
    (wait) => `where ${wait.at.cell} at position ${wait.at.position} waits for ${targetOf(wait)}`,
  );
  return new ScheduleRefusal(first.at, `waits for ${targetOf(first)}, ${chain.join(", ")}: a deadlock`);
}

const targetOf = ({ doneAt }: Wait) => `${doneAt?.cell} at rank ${doneAt?.rank}, position ${doneAt?.position}`;

/** A job in the words of a table: what would do it. */
function jobName(job: string): string {
  const backward = /^(\d+)[IW](\d+)$/.exec(job);
  return backward ? `${backward[1]}B${backward[2]} (or ${job})` : job;
}

/** Calls back for every cell that is not empty, rank by rank. */
export function forEachCell(table: CellTable, visit: (cell: Cell, place: CellPlace) => void): void {
  for (const [rank, row] of table.entries()) {
    for (const [position, cell] of row.entries()) {
      if (cell) visit(cell, { rank, position, cell: formatCell(cell) });
    }
  }
}
