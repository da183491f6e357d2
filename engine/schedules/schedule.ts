/** What a schedule is, and the two ways to place stages on ranks. */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import type { Action } from "../program/action";
import type { WorkCell } from "./cell";

/** What every schedule is generated from. There are `numRanks * virtual` stages. */
export interface ScheduleShape {
  /** Pipeline ranks. */
  numRanks: number;
  /** Stages on each rank. */
  virtual: number;
  numMicrobatches: number;
}

/** Which rank holds each stage, and what each rank does, in order. */
export interface ScheduleTable {
  stageToRank: number[];
  /** Each rank's row, with a forward and a backward that are run as one in one cell. */
  cells: WorkCell[][];
  /** The same without that: one action after another. */
  ranks: Action[][];
}

export interface Schedule {
  /** @throws Refusal with the schedule's rule, when it cannot run a shape */
  check(shape: ScheduleShape): void;
  stageToRank(shape: ScheduleShape): number[];
  /** Each rank's row, for a shape that `check` lets pass. */
  cells(shape: ScheduleShape): WorkCell[][];
}

/** Round and round: rank r holds stages r, r + numRanks, ... */
export function loopPlacement({ numRanks, virtual }: ScheduleShape): number[] {
  return range(numRanks * virtual).map((stage) => stage % numRanks);
}

/** There and back: rank r holds stages r and 2 numRanks - 1 - r, so rank 0 has both the first and the last. */
export function vPlacement({ numRanks }: ScheduleShape): number[] {
  return [...range(numRanks), ...range(numRanks).reverse()];
}

/** @throws Refusal unless each rank holds one stage */
export function needsOneStage(name: string, { virtual }: ScheduleShape, forMore: string): void {
  if (virtual !== 1) {
    throw refuseVirtual(`${name} runs one stage on each rank: use schedule.virtual 1, or ${forMore} for ${virtual}`);
  }
}

/** @throws Refusal unless each rank holds two stages */
export function needsTwoStages(name: string, { virtual }: ScheduleShape): void {
  if (virtual !== 2) {
    throw refuseVirtual(`${name} runs exactly 2 stages on each rank, in a V: use schedule.virtual 2, not ${virtual}`);
  }
}

/** @throws Refusal unless there are at least so many micro-batches */
export function needsMicrobatches(atLeast: number, { numMicrobatches }: ScheduleShape, rule: string): void {
  if (numMicrobatches < atLeast) {
    throw refuseMicrobatches(`${rule}: use ${atLeast} or more, not ${numMicrobatches}`);
  }
}

export const refuseVirtual = (sentence: string) => new Refusal(sentence, ["schedule", "virtual"]);
export const refuseMicrobatches = (sentence: string) => new Refusal(sentence, ["batch", "global"]);
