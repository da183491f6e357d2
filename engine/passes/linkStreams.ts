/**
 * Pass: lets an instruction wait for the other stream where the two touch the same buffer. On one stream order is
 * enough; across streams the last one to change a buffer must have ended before it is read, and all who read it
 * before it is changed or freed. The other stream is in order too, so the last of several is enough.
 */
import type { BufferId, Instruction } from "../program/program";
import type { RankDraft } from "./draft";

const NEVER = -1;

export function linkStreams({ instructions }: RankDraft): void {
  const lastChange = { compute: new Map<BufferId, number>(), comm: new Map<BufferId, number>() };
  const lastUse = { compute: new Map<BufferId, number>(), comm: new Map<BufferId, number>() };
  instructions.forEach((instruction, index) => {
    const { reads, needs, writes, updates, replaces, frees, stream } = instruction;
    const other = stream === "compute" ? "comm" : "compute";
    let wait = NEVER;
    for (const id of [...reads, ...needs]) {
      wait = Math.max(wait, lastChange[other].get(id) ?? NEVER);
      lastUse[stream].set(id, index);
    }
    for (const id of [...writes, ...updates, ...replaces, ...frees]) {
      wait = Math.max(wait, lastUse[other].get(id) ?? NEVER);
      lastUse[stream].set(id, index);
    }
    for (const id of [...writes, ...updates]) lastChange[stream].set(id, index);
    if (wait !== NEVER) instructions[index] = { ...instruction, waits: [wait] } as Instruction;
  });
}
