/** What a value is: a number with a unit, read from a figure (`program` values) or from a training run. */
import type { Figure } from "../../stage/state/figure";

/** `ms` has the decimals of the stage that it speaks of, `duration` three figures of its own. */
export type Unit =
  | "count"
  | "times"
  | "bytes"
  | "bytes/s"
  | "flops"
  | "flops/s"
  | "ms"
  | "duration"
  | "share"
  | "number"
  | "difference";

export interface Amount {
  amount: number;
  unit: Unit;
}

export interface ProgramQuestion {
  figure: Figure;
  /** The device that is meant. */
  rank: number;
}

export interface ProgramValue {
  /** In a few words, for whoever asks what the number is. */
  means: string;
  unit: Unit;
  read(question: ProgramQuestion): number;
}

/** Keeps the names, so that a lesson that names none of them does not pass the tests. */
export const define = <Name extends string>(values: Record<Name, ProgramValue>) => values;

/** What the engine counted of one device. @throws Error when there is no such device */
export function deviceOf({ devices }: Figure, rank: number): Figure["devices"][number] {
  const report = devices[rank];
  if (!report) throw new Error(`no rank ${rank} among ${devices.length} devices`);
  return report;
}
