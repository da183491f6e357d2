/** Small pure changes of a Program, for mistakes to be made of. */

import { draftRank, finishRank } from "../passes/draft";
import { freeAfterLastUse } from "../passes/freeAfterLastUse";
import { linkStreams } from "../passes/linkStreams";
import type { Instruction, Program, RankProgram } from "../program";

export type Edit = (instructions: readonly Instruction[], rankProgram: RankProgram) => Instruction[];

/**
 * What becomes of the buffers' ends. `anew`: whoever now touches a buffer last frees it, so that the program may be
 * legal, and only wrong. `kept`: each instruction frees what it freed.
 */
export type Frees = "anew" | "kept";

/** Edits the instructions of all ranks; ranks that share a program still do. */
export function onAllRanks(program: Program, edit: Edit, frees: Frees = "anew"): Program {
  const edited = new Map<RankProgram, RankProgram>();
  for (const own of program.ranks) if (!edited.has(own)) edited.set(own, editRank(own, edit, frees));
  return { ...program, ranks: program.ranks.map((own) => edited.get(own) as RankProgram) };
}

/** Edits the instructions of one rank, or of several. */
export function onRanks(
  program: Program,
  isOne: (rank: number) => boolean,
  edit: Edit,
  frees: Frees = "anew",
): Program {
  return {
    ...program,
    ranks: program.ranks.map((own, rank) => (isOne(rank) ? editRank(own, edit, frees) : own)),
  };
}

/** Waits are instructions' numbers, so after any edit they are found again, as they were found first. */
function editRank(own: RankProgram, edit: Edit, frees: Frees): RankProgram {
  const instructions = edit(own.instructions, own).map(
    (instruction): Instruction => ({ ...instruction, waits: [], frees: frees === "anew" ? [] : instruction.frees }),
  );
  const draft = { ...draftRank(), buffers: [...own.buffers], resident: [...own.resident], instructions };
  if (frees === "anew") freeAfterLastUse(draft);
  linkStreams(draft);
  return finishRank(draft, own.groups);
}

/** Leaves some instructions out. */
export function without(isOne: (instruction: Instruction) => boolean): Edit {
  return (instructions) => instructions.filter((instruction) => !isOne(instruction));
}

/** Leaves out the first instruction of a kind and all that do the same on other micro-batches: one layer's, or one group's. */
export function withoutFirst(isOne: (instruction: Instruction) => boolean): Edit {
  return (instructions) => {
    const on = instructions.find(isOne)?.on;
    return instructions.filter((instruction) => !(isOne(instruction) && instruction.on === on));
  };
}

/** Changes each instruction by itself. */
export function each(change: (instruction: Instruction, rankProgram: RankProgram) => Instruction): Edit {
  return (instructions, rankProgram) => instructions.map((instruction) => change(instruction, rankProgram));
}

/** Takes instructions out and puts them, in their order, behind another one. */
export function movedBehind(
  instructions: readonly Instruction[],
  moved: readonly Instruction[],
  target: Instruction,
): Instruction[] {
  return instructions
    .filter((instruction) => !moved.includes(instruction))
    .flatMap((instruction) => (instruction === target ? [instruction, ...moved] : [instruction]));
}
