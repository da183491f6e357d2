/**
 * Pass: lets an instruction wait for the other stream where the two touch the same buffer. On one stream order is
 * enough; across streams the last one to change a buffer must have ended before it is read, and all who read it
 * before it is changed or freed. The other stream is in order too, so the last of several is enough.
 *
 * Messages are the exception: where they are pure delays they do not end in order, nor before what comes next on their
 * stream. So what uses a received buffer waits for its own receive, on either stream.
 */
import { type BufferId, STREAMS } from "../program/program";
import { amend, type RankDraft } from "./draft";

const NEVER = -1;

export function linkStreams({ instructions, buffers }: RankDraft): void {
  const never = () => new Int32Array(buffers.length).fill(NEVER);
  const lastChange = { compute: never(), comm: never() };
  const lastUse = { compute: never(), comm: never() };
  /** Receives that nothing on the stream has waited for yet. */
  const received = { compute: new Map<BufferId, number>(), comm: new Map<BufferId, number>() };
  for (const [index, instruction] of instructions.entries()) {
    const { op, reads, needs, holds, writes, updates, replaces, frees, stream } = instruction;
    const other = stream === "compute" ? "comm" : "compute";
    const waits: number[] = [];
    let wait = NEVER;
    for (const used of [reads, needs, updates]) {
      for (const id of used) {
        const receive = received[stream].get(id);
        if (receive !== undefined && !waits.includes(receive)) waits.push(receive);
        received[stream].delete(id);
      }
    }
    for (const used of [reads, needs]) for (const id of used) wait = Math.max(wait, lastChange[other][id] as number);
    for (const used of [reads, holds]) for (const id of used) lastUse[stream][id] = index;
    for (const changed of [writes, updates, replaces, frees]) {
      for (const id of changed) {
        wait = Math.max(wait, lastUse[other][id] as number);
        lastUse[stream][id] = index;
      }
    }
    for (const changed of [writes, updates]) {
      for (const id of changed) {
        if (op === "recv") for (const key of STREAMS) received[key].set(id, index);
        lastChange[stream][id] = index;
      }
    }
    if (wait !== NEVER && !waits.includes(wait)) waits.push(wait);
    if (waits.length > 0) amend(instruction, { waits });
  }
}
