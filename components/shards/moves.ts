/** When a parameter or its gradient moves, as the program says: gathered, reduced, updated. Pure. */
import { COLLECTIVE_KINDS, type Instruction, isCollective } from "@/engine/program";
import { spansOf, type Trace } from "@/engine/trace";
import type { OwnedParameter } from "./ownership";

export interface Move {
  index: number;
  what: string;
  startMs: number;
}

/** More of them say nothing new. */
const MOST = 12;

/** The rank itself where it holds the parameter, else the first that does. */
export function ownerNear({ pieces }: OwnedParameter, rank: number): number {
  const owners = pieces.flatMap(({ ranks }) => ranks);
  return owners.includes(rank) ? rank : owners[0];
}

/** @param owner a rank that holds it */
export function movesOf(trace: Trace, { parameter }: OwnedParameter, owner: number): Move[] {
  const { groups } = trace.program.ranks[owner];
  const group = groups.find(({ parameters }) => parameters.includes(parameter.name));
  return spansOf(trace, owner)
    .filter(({ instruction }) => instruction.on === group?.name && verbOf(instruction) !== null)
    .slice(0, MOST)
    .map(({ instruction, index, startMs }) => ({
      index,
      startMs,
      what: verbOf(instruction) as string,
    }));
}

function verbOf(instruction: Instruction): string | null {
  if (isCollective(instruction)) {
    const what = instruction.op === "allGather" ? "its parameters" : "its gradients";
    return `${COLLECTIVE_KINDS[instruction.op].name} of ${what} over ${instruction.axis}`;
  }
  return instruction.op === "optimize" ? "the optimizer changes it" : null;
}
