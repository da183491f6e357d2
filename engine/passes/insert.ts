import type { Instruction } from "../program/program";
import type { RankDraft } from "./draft";

/** Instructions to be put beside others; the keys are indices before anything is inserted. */
export type Inserts = ReadonlyMap<number, readonly Instruction[]>;

/** Puts instructions behind others. */
export function insertAfter(draft: RankDraft, inserts: Inserts): void {
  weave(draft, (instruction, index) => [instruction, ...(inserts.get(index) ?? [])]);
}

/** Puts instructions in front of others. */
export function insertBefore(draft: RankDraft, inserts: Inserts): void {
  weave(draft, (instruction, index) => [...(inserts.get(index) ?? []), instruction]);
}

function weave(draft: RankDraft, around: (instruction: Instruction, index: number) => Instruction[]): void {
  draft.instructions = draft.instructions.flatMap(around);
}
