/** Adds up what the members of a recorded collective held first, and compares it with what they hold in the end. Pure. */
import { sum } from "@/engine/base/range";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import { COLLECTIVE_KINDS, type Collective, type Reduction } from "@/engine/program";

export interface RecordCheck {
  reduction: Reduction;
  /** The first number of the first chunk, by position, before the first message. */
  first: number[];
  /** What these give, combined here. */
  expected: number;
  /** What is really held in the end, and how many members hold it. */
  held: number;
  numHolders: number;
  /** Over all numbers that were recorded, on all members that hold their finished chunk. */
  largestDifference: number;
  numCompared: number;
}

/** @returns null where nothing is combined, or nothing was recorded */
export function checkRecord(record: CollectiveRecord, collective: Collective): RecordCheck | null {
  if (!("reduction" in collective)) return null;
  const { reduction } = collective;
  const { gathers } = COLLECTIVE_KINDS[collective.op];
  const before = record.held[0] ?? [];
  const after = record.held.at(-1) ?? [];
  const held = after[0]?.[0]?.[0];
  if (held === undefined) return null;
  const valuesAt = (chunk: number, i: number) => before.map((own) => own[chunk]?.[i] ?? Number.NaN);
  // Without the second half of the ring, position p is done with chunk p alone.
  const differences = after.flatMap((own, position) =>
    own.flatMap((values, chunk) =>
      gathers || position === chunk
        ? (values ?? []).map((value, i) => Math.abs(value - combined(valuesAt(chunk, i), reduction)))
        : [],
    ),
  );
  const first = valuesAt(0, 0);
  return {
    reduction,
    first,
    expected: combined(first, reduction),
    held,
    numHolders: gathers ? after.length : 1,
    largestDifference: Math.max(...differences),
    numCompared: differences.length,
  };
}

function combined(values: readonly number[], reduction: Reduction): number {
  if (reduction === "max") return Math.max(...values);
  return sum(values) / (reduction === "mean" ? values.length : 1);
}
