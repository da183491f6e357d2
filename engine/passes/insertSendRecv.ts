/**
 * Pass: what crosses a stage border travels. A buffer that another rank needs is sent as soon as it is complete; one
 * that another rank makes is received before its first use. Both run on the comm stream.
 */
import type { BufferId, Instruction } from "../program/program";
import { completed, type RankDraft } from "./draft";

export function insertSendRecv({ instructions, imports, exports }: RankDraft): void {
  const received = new Set<BufferId>();
  const completedAt = lastTouch(instructions);
  const recvsBefore = ({ reads, needs, updates }: Instruction) =>
    [...reads, ...needs, ...updates].flatMap((id) => {
      const boundary = imports.get(id);
      if (!boundary || received.has(id)) return [];
      received.add(id);
      const { value, peer, action } = boundary;
      return [completed({ op: "recv", on: value, stream: "comm", action, peer, reads: [], writes: [id] })];
    });
  const sendsAfter = ({ holds, writes, updates }: Instruction, index: number) =>
    [...new Set([...holds, ...writes, ...updates])].flatMap((id) => {
      const boundary = exports.get(id);
      if (!boundary || completedAt.get(id) !== index) return [];
      const { value, peer, action } = boundary;
      return [completed({ op: "send", on: value, stream: "comm", action, peer, reads: [id] })];
    });
  const woven = instructions.flatMap((instruction, index) => [
    ...recvsBefore(instruction),
    instruction,
    ...sendsAfter(instruction, index),
  ]);
  instructions.length = 0;
  for (const instruction of woven) instructions.push(instruction);
}

/** For each buffer, the last instruction that makes it, changes it or holds it. */
function lastTouch(instructions: readonly Instruction[]): Map<BufferId, number> {
  const last = new Map<BufferId, number>();
  instructions.forEach(({ holds, writes, updates }, index) => {
    for (const id of [...holds, ...writes, ...updates]) last.set(id, index);
  });
  return last;
}
