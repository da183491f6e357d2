/**
 * Pass: lets an instruction wait for the other stream where the two touch the same buffer. On one stream order is
 * enough; across streams the last one to change a buffer must have ended before it is read, and all who read it
 * before it is changed or freed. The other stream is in order too, so the last of several is enough.
 *
 * Messages are the exception: where they are pure delays they do not end in order, nor before what comes next on their
 * stream. So what uses a received buffer waits for its own receive, on either stream.
 */
import { type BufferId, type Instruction, STREAMS } from "../program/program";
import type { RankDraft } from "./draft";

const NEVER = -1;

export function linkStreams({ instructions }: RankDraft): void {
  const lastChange = { compute: new Map<BufferId, number>(), comm: new Map<BufferId, number>() };
  const lastUse = { compute: new Map<BufferId, number>(), comm: new Map<BufferId, number>() };
  /** Receives that nothing on the stream has waited for yet. */
  const received = { compute: new Map<BufferId, number>(), comm: new Map<BufferId, number>() };
  instructions.forEach((instruction, index) => {
    const { op, reads, needs, holds, writes, updates, replaces, frees, stream } = instruction;
    const other = stream === "compute" ? "comm" : "compute";
    const receives = new Set<number>();
    let wait = NEVER;
    const waitFor = (earlier: number | undefined) => {
      wait = Math.max(wait, earlier ?? NEVER);
    };
    for (const id of [...reads, ...needs, ...updates]) {
      const receive = received[stream].get(id);
      if (receive !== undefined) receives.add(receive);
      received[stream].delete(id);
    }
    for (const id of [...reads, ...needs]) waitFor(lastChange[other].get(id));
    for (const id of [...reads, ...holds]) lastUse[stream].set(id, index);
    for (const id of [...writes, ...updates, ...replaces, ...frees]) {
      waitFor(lastUse[other].get(id));
      lastUse[stream].set(id, index);
    }
    for (const id of [...writes, ...updates]) {
      if (op === "recv") for (const key of STREAMS) received[key].set(id, index);
      lastChange[stream].set(id, index);
    }
    receives.delete(wait);
    const waits = [...receives, wait].filter((earlier) => earlier !== NEVER);
    if (waits.length > 0) instructions[index] = { ...instruction, waits } as Instruction;
  });
}
