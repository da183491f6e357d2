/** When a parameter or its gradient moves, as the program says: gathered, reduced, updated. Pure. */
import { COLLECTIVE_KINDS, type Instruction, isCollective } from "@/engine/program";
import { spansOf, type Trace } from "@/engine/trace";
import type { OwnedParameter } from "./ownership";

export interface Move {
  index: number;
  what: string;
  startMs: number;
}

export interface Moves {
  moves: Move[];
  /** How many of the same kinds are left out before the last ones: all of them say nothing new. */
  numLeftOut: number;
}

const FIRST = 9;
/** Among them what the optimizer does, at the end of the step. */
export const NUM_LAST_MOVES = 3;

/** The rank itself where it holds the parameter, else the first that does. */
export function ownerNear({ pieces }: OwnedParameter, rank: number): number {
  const owners = pieces.flatMap(({ ranks }) => ranks);
  return owners.includes(rank) ? rank : owners[0];
}

/** @param owner a rank that holds it */
export function movesOf(trace: Trace, { parameter }: OwnedParameter, owner: number): Moves {
  const { groups } = trace.program.ranks[owner];
  const group = groups.find(({ parameters }) => parameters.includes(parameter.name));
  const all = spansOf(trace, owner)
    .filter(({ instruction }) => instruction.on === group?.name && verbOf(instruction) !== null)
    .map(({ instruction, index, startMs }) => ({
      index,
      startMs,
      what: verbOf(instruction) as string,
    }));
  const numLeftOut = Math.max(0, all.length - FIRST - NUM_LAST_MOVES);
  return { moves: numLeftOut > 0 ? [...all.slice(0, FIRST), ...all.slice(-NUM_LAST_MOVES)] : all, numLeftOut };
}

function verbOf(instruction: Instruction): string | null {
  if (isCollective(instruction)) {
    const what = instruction.op === "allGather" ? "its parameters" : "its gradients";
    return `${COLLECTIVE_KINDS[instruction.op].name} of ${what} over ${instruction.axis}`;
  }
  return instruction.op === "optimize" ? "the optimizer changes it" : null;
}
