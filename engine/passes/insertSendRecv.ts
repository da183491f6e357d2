/**
 * Pass: what crosses a stage border travels. A buffer that another rank needs is sent as soon as it is complete; one
 * that another rank makes is received before its first use. Both run on the comm stream.
 */
import type { BufferId, Instruction } from "../program/program";
import { completed, type RankDraft } from "./draft";
import { lastChange } from "./lastChange";

export function insertSendRecv({ instructions, imports, exports }: RankDraft): void {
  const received = new Set<BufferId>();
  const completedAt = lastChange(instructions);
  const recvsBefore = ({ reads, updates, action }: Instruction) =>
    [...reads, ...updates].flatMap((id) => {
      const boundary = imports.get(id);
      if (!boundary || received.has(id)) return [];
      received.add(id);
      const { value, peer } = boundary;
      return [completed({ op: "recv", on: value, stream: "comm", action, peer, reads: [], writes: [id] })];
    });
  const sendsAfter = ({ writes, updates, action }: Instruction, index: number) =>
    [...writes, ...updates].flatMap((id) => {
      const boundary = exports.get(id);
      if (!boundary || completedAt.get(id) !== index) return [];
      const { value, peer } = boundary;
      return [completed({ op: "send", on: value, stream: "comm", action, peer, reads: [id] })];
    });
  const woven = instructions.flatMap((instruction, index) => [
    ...recvsBefore(instruction),
    instruction,
    ...sendsAfter(instruction, index),
  ]);
  instructions.splice(0, instructions.length, ...woven);
}
