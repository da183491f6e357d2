/** The registry of schedules: one line each. */
import { Refusal } from "../base/assert";
import type { ScheduleKind } from "../scenario/schema";
import { actionsOf, type WorkCell } from "./cell";
import { dualPipeV } from "./dualPipeV";
import { gpipe } from "./gpipe";
import { interleaved } from "./interleaved";
import { loopedBfs } from "./loopedBfs";
import { naive } from "./naive";
import { oneFOneB } from "./oneFOneB";
import type { Schedule, ScheduleShape, ScheduleTable } from "./schedule";
import { zb1p } from "./zb1p";
import { zbH1 } from "./zbH1";
import { zbH2 } from "./zbH2";
import { zbv } from "./zbv";

export { actionsOf, type Cell, type CellTable, formatCell, parseCell, type WorkCell } from "./cell";
export { formatCsv, parseScheduleCsv } from "./csv";
export { type CustomSchedule, customSchedule } from "./customSchedule";
export { type CellPlace, ScheduleRefusal } from "./fault";
export type { Schedule, ScheduleShape, ScheduleTable } from "./schedule";
export { checkCsv, validateSchedule } from "./validateSchedule";

export const GENERATORS = {
  naive,
  gpipe,
  "1f1b": oneFOneB,
  "looped-bfs": loopedBfs,
  interleaved,
  "zb-h1": zbH1,
  "zb-h2": zbH2,
  zb1p,
  zbv,
  dualpipev: dualPipeV,
} satisfies Record<ScheduleKind, Schedule>;

/** A schedule with a generator: every one but `custom`. */
export type GeneratedKind = keyof typeof GENERATORS;

/** @throws Refusal with the schedule's rule, when it cannot run a shape */
export function checkShape(kind: GeneratedKind, shape: ScheduleShape): void {
  for (const [name, count] of Object.entries(shape)) {
    if (!Number.isInteger(count) || count < 1) throw new Refusal(`${name} must be a whole number from 1, not ${count}`);
  }
  GENERATORS[kind].check(shape);
}

/** @throws Refusal with the schedule's rule, when it cannot run a shape */
export function generateSchedule(kind: GeneratedKind, shape: ScheduleShape): ScheduleTable {
  checkShape(kind, shape);
  const { stageToRank, cells } = GENERATORS[kind];
  const rows: WorkCell[][] = cells(shape);
  return { stageToRank: stageToRank(shape), cells: rows, ranks: rows.map((row) => row.flatMap(actionsOf)) };
}
