import type { Instruction } from "../program/program";
import type { RankDraft } from "./draft";

/** Puts instructions behind others; the keys are indices before anything is inserted. */
export function insertAfter({ instructions }: RankDraft, inserts: ReadonlyMap<number, readonly Instruction[]>): void {
  const woven = instructions.flatMap((instruction, index) => [instruction, ...(inserts.get(index) ?? [])]);
  instructions.length = 0;
  for (const instruction of woven) instructions.push(instruction);
}

/** Puts instructions in front of others. */
export function insertBefore({ instructions }: RankDraft, inserts: ReadonlyMap<number, readonly Instruction[]>): void {
  const woven = instructions.flatMap((instruction, index) => [...(inserts.get(index) ?? []), instruction]);
  instructions.length = 0;
  for (const instruction of woven) instructions.push(instruction);
}
