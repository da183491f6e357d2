/** Which collectives a device takes part in, and which of them the cursor points at. Pure. */

import { contentName } from "@/components/marks/names";
import { groupOf } from "@/engine/mesh/mesh";
import { COLLECTIVE_KINDS, type Collective, isCollective, ringElements } from "@/engine/program";
import { covers, type Place, spansOf, type Trace } from "@/engine/trace";

export interface CollectiveEntry {
  rank: number;
  index: number;
  instruction: Collective;
  /** The ranks of its group, by position. */
  members: readonly number[];
  /** Its number among the collectives along its axis: its members meet at the same one. */
  place: number;
  /** Elements of the tensor that goes round. */
  elements: number;
  startMs: number;
  endMs: number;
  /** As readers call it, without its time. */
  name: string;
}

/** Those of a rank with more than one member, in order of time. */
export function collectivesOf(trace: Trace, rank: number): CollectiveEntry[] {
  const { mesh, ranks } = trace.program;
  const places = { dp: 0, pp: 0, tp: 0 };
  return spansOf(trace, rank, "comm").flatMap(({ instruction, index, startMs, endMs }): CollectiveEntry[] => {
    if (!isCollective(instruction)) return [];
    const place = places[instruction.axis]++;
    const members = groupOf(mesh, instruction.axis, rank);
    if (members.length < 2) return [];
    const elements = ringElements(instruction, ranks[rank].buffers, members.length);
    const { op, axis } = instruction;
    const name = `${COLLECTIVE_KINDS[op].name} of ${contentName(trace.program, rank, instruction)}, over ${axis}`;
    return [{ rank, index, instruction, members, place, elements, startMs, endMs, name }];
  });
}

/** Whether two entries, of one device or two members of a group, are one and the same collective. */
export function isSameCollective(a: CollectiveEntry, b: CollectiveEntry): boolean {
  return a.instruction.axis === b.instruction.axis && a.members[0] === b.members[0] && a.place === b.place;
}

/**
 * The one that the stage explains, while the cursor is in it or at one of its ends; else the one under way, else the one
 * that has just ended or comes next, else the last. Where one ends and the next begins, the next is under way.
 */
export function collectiveAt(
  entries: readonly CollectiveEntry[],
  atMs: number,
  asked: Place | null = null,
): CollectiveEntry | null {
  const isAsked = ({ rank, index, startMs, endMs }: CollectiveEntry) =>
    asked?.stream === "comm" && asked.rank === rank && asked.index === index && startMs <= atMs && atMs <= endMs;
  return (
    entries.find(isAsked) ??
    entries.find((entry) => covers(entry, atMs)) ??
    entries.find(({ endMs }) => endMs >= atMs) ??
    entries.at(-1) ??
    null
  );
}

/**
 * The entry that does the adjoint of another in the same step: a node's forward and its gradient's backward, or a
 * layer's gathered parameters and their scattered gradients. Null where there is none, as for every all-reduce.
 */
export function adjointOf(entries: readonly CollectiveEntry[], entry: CollectiveEntry): CollectiveEntry | null {
  const { op, on, axis, action } = entry.instruction;
  const { adjointOp } = COLLECTIVE_KINDS[op];
  // Outside of forward and backward it is the optimizer's new parameters that are gathered: nobody's adjoint.
  if (!adjointOp || !action) return null;
  const found = entries.find(
    ({ instruction: other }) =>
      other.op === adjointOp &&
      other.axis === axis &&
      other.action?.microbatch === action.microbatch &&
      (other.on === on || other.on === `d(${on})` || on === `d(${other.on})`),
  );
  return found ?? null;
}

/** The ring step whose messages travel at a time, from 1; 0 before the first. Steps take equal shares of a collective. */
export function ringStepAt({ startMs, endMs }: CollectiveEntry, numSteps: number, atMs: number): number {
  if (atMs <= startMs) return 0;
  if (atMs >= endMs) return numSteps;
  // The end of a step is not yet the next one, however it is rounded.
  return Math.ceil(((atMs - startMs) / (endMs - startMs)) * numSteps - 1e-9);
}
