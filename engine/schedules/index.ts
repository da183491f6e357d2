/** The registry of schedules: one line each. */
import type { Action } from "../program/action";
import type { ScheduleKind } from "../scenario/schema";
import { gpipe } from "./gpipe";
import { naive } from "./naive";
import { oneFOneB } from "./oneFOneB";
import type { PipelineShape } from "./shape";

export type { PipelineShape } from "./shape";

export const SCHEDULES: Record<ScheduleKind, (shape: PipelineShape) => Action[][]> = {
  naive,
  gpipe,
  "1f1b": oneFOneB,
};
