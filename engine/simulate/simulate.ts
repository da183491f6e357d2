/**
 * The Program read as time: when every instruction starts and ends.
 *
 * An instruction starts when its stream is free and what it waits for has ended; a collective when that holds on
 * every member; a receive when its message is sent, and it ends when the message has arrived. Nothing else delays
 * them, so these are the earliest times.
 */
import { invariant } from "../base/assert";
import { groupOf } from "../mesh/mesh";
import {
  type Buffer,
  bufferBytes,
  type Instruction,
  isCollective,
  issueOrder,
  messageKey,
  type Program,
  peerOf,
  type RankProgram,
  type Recv,
} from "../program";
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
  const messages = new Map<string, { startMs: number; endMs: number }>();
  let stepMs = 0;

  for (let first = 0; first < order.rank.length; ) {
    let last = first;
    let start = 0;
    for (; last < order.rank.length && order.firing[last] === order.firing[first]; last++) {
      start = Math.max(start, readyMs(order.rank[last] as number, order.index[last] as number));
    }
    const leader = order.rank[first] as number;
    const leading = order.index[first] as number;
    if (instructionAt(leader, leading).op === "recv") start = Math.max(start, messageOf(leader, leading).startMs);
    // The members of a collective end together, too.
    const end = endOf(leader, leading, start);
    for (let entry = first; entry < last; entry++) {
      const rank = order.rank[entry] as number;
      const index = order.index[entry] as number;
      const rankStart = startMs[rank] as Float64Array;
      const rankEnd = endMs[rank] as Float64Array;
      rankStart[index] = start;
      rankEnd[index] = end;
      if (occupiesStream(rank, index)) streamFreeMs[rank][instructionAt(rank, index).stream] = end;
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
    let ready = streamFreeMs[rank][stream];
    for (const wait of waits) ready = Math.max(ready, (endMs[rank] as Float64Array)[wait] as number);
    return ready;
  }

  function endOf(rank: number, index: number, start: number): number {
    const instruction = instructionAt(rank, index);
    const rankProgram = ranks[rank] as RankProgram;
    if (instruction.op === "recv") return Math.max(start, messageOf(rank, index).endMs);
    if (instruction.op === "send") {
      const bytes = bufferBytes(rankProgram.buffers[instruction.reads[0] as number] as Buffer);
      const end = start + costs.messageMs(bytes, rank, peerOf(mesh, rank, instruction.peer));
      messages.set(messageKey(mesh, rank, instruction), { startMs: start, endMs: end });
      return end;
    }
    if (isCollective(instruction)) {
      return start + costs.collectiveMs(instruction, rankProgram, groupOf(mesh, instruction.axis, rank));
    }
    return start + (durationsOf.get(rankProgram)?.[index] ?? 0);
  }

  function messageOf(rank: number, index: number): { startMs: number; endMs: number } {
    const message = messages.get(messageKey(mesh, rank, instructionAt(rank, index) as Recv));
    invariant(message, "a message is received after it is sent");
    return message;
  }

  /** A message that is a pure delay starts in its turn, but lets what comes after it start at once. */
  function occupiesStream(rank: number, index: number): boolean {
    const { op } = instructionAt(rank, index);
    return costs.messagesOccupyStreams || (op !== "send" && op !== "recv");
  }
}
