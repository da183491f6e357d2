/**
 * The Program read as time: when every instruction starts and ends.
 *
 * An instruction starts when its stream is free and what it waits for has ended; a collective when that holds on
 * every member. Nothing else delays it, so these are the earliest times.
 */
import { groupOf } from "../mesh/mesh";
import { issueOrder } from "../program/issueOrder";
import { type Instruction, isCollective, type Program, type RankProgram } from "../program/program";
import type { Trace } from "../trace/trace";
import type { Costs } from "./costModel";

/** @throws Refusal when the program deadlocks */
export function simulate(program: Program, costs: Costs): Trace {
  const { ranks, mesh } = program;
  const order = issueOrder(program);
  const durationsOf = new Map([...new Set(ranks)].map((rankProgram) => [rankProgram, costs.durationsMs(rankProgram)]));
  const startMs = ranks.map(({ instructions }) => new Float64Array(instructions.length));
  const endMs = ranks.map(({ instructions }) => new Float64Array(instructions.length));
  const streamFreeMs = ranks.map(() => ({ compute: 0, comm: 0 }));
  let stepMs = 0;

  for (let first = 0; first < order.rank.length; ) {
    let last = first;
    let start = 0;
    for (; last < order.rank.length && order.firing[last] === order.firing[first]; last++) {
      start = Math.max(start, readyMs(order.rank[last] as number, order.index[last] as number));
    }
    for (let entry = first; entry < last; entry++) {
      const rank = order.rank[entry] as number;
      const index = order.index[entry] as number;
      const end = start + durationOf(rank, index);
      const rankStart = startMs[rank] as Float64Array;
      const rankEnd = endMs[rank] as Float64Array;
      rankStart[index] = start;
      rankEnd[index] = end;
      (streamFreeMs[rank] as { compute: number; comm: number })[instructionAt(rank, index).stream] = end;
      stepMs = Math.max(stepMs, end);
    }
    first = last;
  }
  return { program, order, startMs, endMs, stepMs };

  function instructionAt(rank: number, index: number): Instruction {
    return (ranks[rank] as RankProgram).instructions[index] as Instruction;
  }

  function readyMs(rank: number, index: number): number {
    const { stream, waits } = instructionAt(rank, index);
    let ready = (streamFreeMs[rank] as { compute: number; comm: number })[stream];
    for (const wait of waits) ready = Math.max(ready, (endMs[rank] as Float64Array)[wait] as number);
    return ready;
  }

  function durationOf(rank: number, index: number): number {
    const instruction = instructionAt(rank, index);
    const rankProgram = ranks[rank] as RankProgram;
    if (!isCollective(instruction)) return durationsOf.get(rankProgram)?.[index] ?? 0;
    return costs.collectiveMs(instruction, rankProgram, groupOf(mesh, instruction.axis, rank));
  }
}
