/** Pass: every buffer that does not outlive the step is freed by the last instruction that touches it. */
import type { BufferId, Instruction } from "../program/program";
import type { RankDraft } from "./draft";

export function freeAfterLastUse({ instructions, resident }: RankDraft): void {
  const settled = new Set<BufferId>(resident);
  for (let index = instructions.length - 1; index >= 0; index--) {
    const instruction = instructions[index] as Instruction;
    for (const id of instruction.replaces) settled.add(id);
    const { reads, holds, updates, writes } = instruction;
    const touched = [...reads, ...holds, ...updates, ...writes];
    const frees = [...new Set(touched)].filter((id) => !settled.has(id));
    for (const id of frees) settled.add(id);
    if (frees.length > 0) instructions[index] = { ...instruction, frees };
  }
}
