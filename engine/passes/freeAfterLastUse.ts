/** Pass: every buffer that does not outlive the step is freed by the last instruction that touches it. */
import type { BufferId, Instruction } from "../program/program";
import { amend, type RankDraft } from "./draft";

export function freeAfterLastUse({ instructions, resident, buffers }: RankDraft): void {
  const settled = new Uint8Array(buffers.length);
  for (const id of resident) settled[id] = 1;
  for (let index = instructions.length - 1; index >= 0; index--) {
    const instruction = instructions[index] as Instruction;
    const { reads, holds, updates, writes, replaces } = instruction;
    for (const id of replaces) settled[id] = 1;
    const frees: BufferId[] = [];
    for (const touched of [reads, holds, updates, writes]) {
      for (const id of touched) {
        if (settled[id]) continue;
        settled[id] = 1;
        frees.push(id);
      }
    }
    if (frees.length > 0) amend(instruction, { frees });
  }
}
