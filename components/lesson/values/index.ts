/**
 * Every number that a lesson can say, by name. Program values follow from the scenario alone: counted in its Program or
 * simulated with its costs. Run values are read from a training run and null until it has happened.
 */
import type { StepReport } from "@/engine/worker/protocol";
import type { Figure } from "../../stage/state/figure";
import { COLLECTIVE_VALUES } from "./collective";
import { COMMON_VALUES } from "./common";
import { CUT_VALUES } from "./cut";
import { LEDGER_VALUES } from "./ledger";
import { MACHINE_VALUES } from "./machine";
import { MEMORY_VALUES } from "./memory";
import { MESH_VALUES } from "./mesh";
import { MESSAGE_VALUES } from "./messages";
import { PIPELINE_VALUES } from "./pipeline";
import { COMMON_RUN_VALUES } from "./run";
import { SHAPE_VALUES } from "./shape";
import { SPEED_VALUES } from "./speed";
import { STAGE_VALUES } from "./stages";
import { TENSOR_RUN_VALUES, TENSOR_VALUES } from "./tensor";
import type { Amount } from "./value";
import { ZERO_VALUES } from "./zero";

const PROGRAM_VALUES = {
  ...COMMON_VALUES,
  ...SHAPE_VALUES,
  ...MEMORY_VALUES,
  ...MESSAGE_VALUES,
  ...PIPELINE_VALUES,
  ...MACHINE_VALUES,
  ...SPEED_VALUES,
  ...COLLECTIVE_VALUES,
  ...STAGE_VALUES,
  ...ZERO_VALUES,
  ...MESH_VALUES,
  ...TENSOR_VALUES,
  ...LEDGER_VALUES,
};

const RUN_VALUES = { ...COMMON_RUN_VALUES, ...CUT_VALUES, ...TENSOR_RUN_VALUES };

export type ValueName = keyof typeof PROGRAM_VALUES | keyof typeof RUN_VALUES;

export interface ValueArgs {
  /** The device that is meant; the first unless said. */
  rank?: number;
}

/** The name of a value that needs no training: what predictions and exercises are judged by. */
export type MeasureName = keyof typeof PROGRAM_VALUES;

export const isValueName = (name: string): name is ValueName => name in PROGRAM_VALUES || name in RUN_VALUES;
export const isMeasureName = (name: string): name is MeasureName => name in PROGRAM_VALUES;
export const needsRun = (name: ValueName): boolean => name in RUN_VALUES;

/** What the value means, in a few words, for whoever asks. */
export function meaningOf(name: ValueName): string {
  return isMeasureName(name) ? PROGRAM_VALUES[name].means : RUN_VALUES[name].means;
}

/** @returns null when the run that would tell has not happened */
export function readValue(
  name: ValueName,
  figure: Figure,
  reports: readonly StepReport[],
  { rank = 0 }: ValueArgs = {},
): Amount | null {
  if (isMeasureName(name)) return readMeasure(name, figure, rank);
  const { unit, read } = RUN_VALUES[name];
  if (reports.length === 0) return null;
  const amount = read({ figure, reports, rank });
  return amount === null ? null : { amount, unit };
}

/** @throws Error when there is no such device */
export function readMeasure(name: MeasureName, figure: Figure, rank = 0): Amount {
  const { unit, read } = PROGRAM_VALUES[name];
  return { amount: read({ figure, rank }), unit };
}
