/**
 * The Program read as time: when every instruction starts and ends.
 *
 * An instruction starts when its stream is free and what it waits for has ended; a collective when that holds on
 * every member; a receive when its message is sent, and it ends when the message has arrived. Nothing else delays
 * them, so these are the earliest times.
 */
import { AXES, groupsByRank } from "../mesh/mesh";
import {
  type Buffer,
  bufferBytes,
  COLLECTIVE,
  type Collective,
  type Instruction,
  issueOrder,
  messageNumber,
  type Program,
  programColumns,
  type RankColumns,
  type RankProgram,
  RECV,
  SEND,
  STREAMS,
} from "../program";
import type { Trace } from "../trace/trace";
import type { Costs } from "./costModel";

/** @throws Refusal when the program deadlocks */
export function simulate(program: Program, costs: Costs): Trace {
  const { ranks, mesh } = program;
  const columns = programColumns(program);
  const order = issueOrder(program, columns);
  const durationsOf = new Map([...new Set(ranks)].map((rankProgram) => [rankProgram, costs.durationsMs(rankProgram)]));
  const durations = ranks.map((rankProgram) => durationsOf.get(rankProgram) as Float64Array);
  const startMs = ranks.map(({ instructions }) => new Float64Array(instructions.length));
  const endMs = ranks.map(({ instructions }) => new Float64Array(instructions.length));
  const streamFreeMs = new Float64Array(STREAMS.length * ranks.length);
  const groups = AXES.map((axis) => groupsByRank(mesh, axis));
  const ranksPerStage = mesh.tp * mesh.dp;
  const messages = new Map<number, { startMs: number; endMs: number }>();
  let stepMs = 0;

  for (let first = 0; first < order.rank.length; ) {
    const firing = order.firing[first];
    let last = first;
    let start = 0;
    do {
      start = Math.max(start, readyMs(order.rank[last] as number, order.index[last] as number));
      last += 1;
    } while (order.firing[last] === firing);
    const leader = order.rank[first] as number;
    const leading = order.index[first] as number;
    const { kind } = columns[leader] as RankColumns;
    if (kind[leading] === RECV) start = Math.max(start, arrivalOf(leader, leading).startMs);
    // The members of a collective end together, too.
    const end = endOf(leader, leading, start);
    const occupies = costs.messagesOccupyStreams || (kind[leading] !== SEND && kind[leading] !== RECV);
    for (let entry = first; entry < last; entry++) {
      const rank = order.rank[entry] as number;
      const index = order.index[entry] as number;
      (startMs[rank] as Float64Array)[index] = start;
      (endMs[rank] as Float64Array)[index] = end;
      // A message that is a pure delay starts in its turn, but lets what comes after it start at once.
      if (occupies) streamFreeMs[laneOf(rank, index)] = end;
    }
    stepMs = Math.max(stepMs, end);
    first = last;
  }
  const { messagesOccupyStreams } = costs;
  return { program, order, startMs, endMs, stepMs, messagesOccupyStreams };

  function laneOf(rank: number, index: number): number {
    return rank * STREAMS.length + ((columns[rank] as RankColumns).stream[index] as number);
  }

  function readyMs(rank: number, index: number): number {
    const { waitStart, waits } = columns[rank] as RankColumns;
    const ends = endMs[rank] as Float64Array;
    let ready = streamFreeMs[laneOf(rank, index)] as number;
    for (let i = waitStart[index] as number; i < (waitStart[index + 1] as number); i++) {
      ready = Math.max(ready, ends[waits[i] as number] as number);
    }
    return ready;
  }

  function endOf(rank: number, index: number, start: number): number {
    const { kind, axis } = columns[rank] as RankColumns;
    if (kind[index] === RECV) return Math.max(start, takeMessage(rank, index).endMs);
    if (kind[index] === SEND) return send(rank, index, start);
    if (kind[index] !== COLLECTIVE) return start + ((durations[rank] as Float64Array)[index] as number);
    const rankProgram = ranks[rank] as RankProgram;
    const group = groups[axis[index] as number]?.[rank] as number[];
    return start + costs.collectiveMs(rankProgram.instructions[index] as Collective, rankProgram, group);
  }

  /** @returns when the message arrives */
  function send(rank: number, index: number, start: number): number {
    const { buffers, instructions } = ranks[rank] as RankProgram;
    const { reads } = instructions[index] as Instruction;
    const bytes = bufferBytes(buffers[reads[0] as number] as Buffer);
    const end = start + costs.messageMs(bytes, rank, peerAt(rank, index));
    messages.set(numberOf(rank, index), { startMs: start, endMs: end });
    return end;
  }

  function arrivalOf(rank: number, index: number) {
    return messages.get(numberOf(rank, index)) as { startMs: number; endMs: number };
  }

  function takeMessage(rank: number, index: number) {
    const message = arrivalOf(rank, index);
    messages.delete(numberOf(rank, index));
    return message;
  }

  function peerAt(rank: number, index: number): number {
    return (rank % ranksPerStage) + ((columns[rank] as RankColumns).peer[index] as number) * ranksPerStage;
  }

  function numberOf(rank: number, index: number): number {
    const { kind, message } = columns[rank] as RankColumns;
    const other = peerAt(rank, index);
    const [from, to] = kind[index] === SEND ? [rank, other] : [other, rank];
    return messageNumber(message[index] as number, from, to, ranks.length);
  }
}
