/**
 * Races: two instructions that use one buffer, one of them changing it, in an order that nothing guarantees. A rank
 * works on two streams at once, so what is first in the program is first in time only if something waits for it.
 *
 * So for each instruction it is found what has certainly happened when it starts: what came before on its stream, what
 * it waits for, and what had happened when those started. Messages may be pure delays, which do not end in their stream's
 * order: a receive is over only for who waited for it, and a send has taken its copy once it could start.
 */
import type { BufferId, Instruction, Stream } from "./program";

/** What has happened for certain: each stream up to an instruction, messages apart, and some messages. */
interface Past {
  compute: number;
  comm: number;
  messages: ReadonlySet<number>;
}

export interface Race {
  first: number;
  second: number;
  buffer: BufferId;
}

const NOTHING: Past = { compute: -1, comm: -1, messages: new Set() };

/** @returns the first two instructions of a rank that race for a buffer; null when none do */
export function findRace(instructions: readonly Instruction[]): Race | null {
  const pasts: Past[] = [];
  const lastOn: Record<Stream, number> = { compute: -1, comm: -1 };
  const changedBy = new Map<BufferId, number>();
  const usedBy = new Map<BufferId, number[]>();
  for (const [second, instruction] of instructions.entries()) {
    const { op, stream, waits, reads, needs, holds, writes, updates, replaces, frees } = instruction;
    const before = [...waits, ...(lastOn[stream] >= 0 ? [lastOn[stream]] : [])];
    const past = before.map((index) => pastAfter(index)).reduce(union, NOTHING);
    pasts.push(past);
    const uses = [...reads, ...holds, ...updates, ...replaces];
    const changes = [...writes, ...updates, ...replaces, ...frees];
    for (const buffer of [...uses, ...needs]) {
      const first = changedBy.get(buffer);
      if (first !== undefined && !isOver(first, past)) return { first, second, buffer };
    }
    for (const buffer of changes) {
      const first = usedBy.get(buffer)?.find((index) => index !== second && !isOver(index, past));
      if (first !== undefined) return { first, second, buffer };
    }
    for (const buffer of uses) {
      const users = usedBy.get(buffer);
      if (users) users.push(second);
      else usedBy.set(buffer, [second]);
    }
    for (const buffer of changes) {
      changedBy.set(buffer, second);
      usedBy.set(buffer, [second]);
    }
    if (op !== "send" && op !== "recv") lastOn[stream] = second;
  }
  return null;

  /** What has happened once an instruction has ended. */
  function pastAfter(index: number): Past {
    const { op, stream } = instructions[index] as Instruction;
    const past = pasts[index] as Past;
    if (op === "send" || op === "recv") return { ...past, messages: new Set([...past.messages, index]) };
    return { ...past, [stream]: Math.max(past[stream], index) };
  }

  function isOver(index: number, past: Past): boolean {
    const { op, stream } = instructions[index] as Instruction;
    if (op !== "send" && op !== "recv") return index <= past[stream];
    return past.messages.has(index) || (op === "send" && contains(past, pasts[index] as Past));
  }
}

function union(a: Past, b: Past): Past {
  const messages = [...b.messages].every((index) => a.messages.has(index))
    ? a.messages
    : new Set([...a.messages, ...b.messages]);
  return { compute: Math.max(a.compute, b.compute), comm: Math.max(a.comm, b.comm), messages };
}

function contains(a: Past, b: Past): boolean {
  return a.compute >= b.compute && a.comm >= b.comm && [...b.messages].every((index) => a.messages.has(index));
}
