/**
 * Pass: lets an instruction wait for the other stream where the two touch the same buffer. On one stream order is
 * enough; across streams the last one to change a buffer must have ended before it is read, and all who read it
 * before it is changed or freed.
 */
import type { BufferId, Instruction } from "../program/program";
import type { RankDraft } from "./draft";

export function linkStreams({ instructions }: RankDraft): void {
  const changedBy = new Map<BufferId, number>();
  const usedBy = new Map<BufferId, number[]>();
  instructions.forEach((instruction, index) => {
    const { reads, needs, writes, updates, replaces, frees } = instruction;
    const changes = [...writes, ...updates, ...replaces, ...frees];
    const before = [
      ...[...reads, ...needs, ...changes].flatMap((id) => changedBy.get(id) ?? []),
      ...changes.flatMap((id) => usedBy.get(id) ?? []),
    ];
    const waits = latest(before.filter((other) => instructions[other]?.stream !== instruction.stream));
    if (waits.length > 0) instructions[index] = { ...instruction, waits } as Instruction;
    for (const id of [...reads, ...needs, ...changes]) usedBy.set(id, [...(usedBy.get(id) ?? []), index]);
    for (const id of [...writes, ...updates]) changedBy.set(id, index);
  });
}

/** The other stream is in order, so waiting for the last of several is enough. */
function latest(indices: readonly number[]): number[] {
  return indices.length === 0 ? [] : [Math.max(...indices)];
}
