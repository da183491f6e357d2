/** Small pure changes of a Program, for mistakes to be made of. */
import { draftRank, finishRank } from "../passes/draft";
import { freeAfterLastUse } from "../passes/freeAfterLastUse";
import { linkStreams } from "../passes/linkStreams";
import type { Instruction, Program, RankProgram } from "../program";

export type Edit = (instructions: readonly Instruction[], rankProgram: RankProgram) => Instruction[];

/**
 * What is mended after an edit. `waits and frees`: each instruction waits for what it now needs, and whoever now touches
 * a buffer last frees it, so that the program may be legal, and only wrong. `waits`: each frees what it freed.
 */
export type Mended = "waits and frees" | "waits" | "nothing";

/** Edits the instructions of all ranks. */
export function onAllRanks(program: Program, edit: Edit, mended?: Mended): Program {
  return onRanks(program, () => true, edit, mended);
}

/** Edits the instructions of some ranks; those that shared a program still do. */
export function onRanks(
  program: Program,
  isOne: (rank: number) => boolean,
  edit: Edit,
  mended: Mended = "waits and frees",
): Program {
  const edited = new Map<RankProgram, RankProgram>();
  const ranks = program.ranks.map((own, rank) => {
    if (!isOne(rank)) return own;
    const known = edited.get(own) ?? editRank(own, edit, mended);
    edited.set(own, known);
    return known;
  });
  return { ...program, ranks };
}

function editRank(own: RankProgram, edit: Edit, mended: Mended): RankProgram {
  const edited = edit(own.instructions, own);
  if (mended === "nothing") return { ...own, instructions: edited };
  const frees = mended === "waits and frees";
  const instructions = edited.map(
    (instruction): Instruction => ({ ...instruction, waits: [], frees: frees ? [] : instruction.frees }),
  );
  const draft = { ...draftRank(), buffers: [...own.buffers], resident: [...own.resident], instructions };
  if (frees) freeAfterLastUse(draft);
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
