/**
 * Pass: what crosses a stage border travels. A buffer that another rank needs is sent as soon as it is complete; one
 * that another rank makes is received before its first use. Both run on the comm stream.
 */
import type { BufferId, Instruction } from "../program/program";
import { completed, type RankDraft } from "./draft";

export function insertSendRecv(draft: RankDraft): void {
  const { instructions, imports, exports } = draft;
  if (imports.size + exports.size === 0) return;
  const completedAt = lastTouch(instructions);
  const received = new Set<BufferId>();
  const woven: Instruction[] = [];
  for (const [index, instruction] of instructions.entries()) {
    const { reads, needs, holds, writes, updates } = instruction;
    for (const used of [reads, needs, updates]) {
      for (const id of used) {
        const boundary = imports.get(id);
        if (!boundary || received.has(id)) continue;
        received.add(id);
        const { value, peer, action } = boundary;
        woven.push(completed({ op: "recv", on: value, stream: "comm", action, peer, reads: [], writes: [id] }));
      }
    }
    woven.push(instruction);
    for (const id of new Set([...holds, ...writes, ...updates])) {
      const boundary = exports.get(id);
      if (!boundary || completedAt.get(id) !== index) continue;
      const { value, peer, action } = boundary;
      woven.push(completed({ op: "send", on: value, stream: "comm", action, peer, reads: [id] }));
    }
  }
  draft.instructions = woven;
}

/** For each buffer, the last instruction that makes it, changes it or holds it. */
function lastTouch(instructions: readonly Instruction[]): Map<BufferId, number> {
  const last = new Map<BufferId, number>();
  instructions.forEach(({ holds, writes, updates }, index) => {
    for (const touched of [holds, writes, updates]) for (const id of touched) last.set(id, index);
  });
  return last;
}
