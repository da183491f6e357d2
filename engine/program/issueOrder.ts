/**
 * An order in which all instructions of all ranks can happen: each rank's in its own order, and the members of a
 * collective together. Finding one is the proof that a program does not deadlock.
 */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import { AXES, groupOf, groupsByRank } from "../mesh/mesh";
import { isCollective } from "./collectiveKinds";
import { ALONE, COLLECTIVE, messageNumber, programColumns, type RankColumns, SEND } from "./columns";
import { messageKey, peerOf } from "./messages";
import type { Collective, Instruction, Program, Recv, Send } from "./program";
import { formatInstruction } from "./text";

/**
 * Entry i is instruction `index[i]` of rank `rank[i]`. The members of one collective stand side by side and share
 * their `firing`.
 */
export interface IssueOrder {
  rank: Uint16Array;
  index: Uint32Array;
  firing: Uint32Array;
  numFirings: number;
}

/**
 * @param columns the program's, if they are known already
 * @throws Refusal when some rank waits for ever, naming the first instruction at fault and what it waits for
 */
export function issueOrder(program: Program, columns: readonly RankColumns[] = programColumns(program)): IssueOrder {
  const { mesh } = program;
  const numRanks = columns.length;
  const length = columns.reduce((total, { numInstructions }) => total + numInstructions, 0);
  const order: IssueOrder = {
    rank: new Uint16Array(length),
    index: new Uint32Array(length),
    firing: new Uint32Array(length),
    numFirings: 0,
  };
  let filled = 0;
  const next = new Uint32Array(numRanks);
  const fire = (rank: number) => {
    order.rank[filled] = rank;
    order.index[filled] = next[rank] as number;
    order.firing[filled] = order.numFirings;
    filled += 1;
    next[rank] = (next[rank] as number) + 1;
  };
  const groups = AXES.map((axis) => groupsByRank(mesh, axis));
  /** For each axis, by the first rank of a group: members that have come to its next collective. */
  const arrived = AXES.map(() => new Uint32Array(numRanks));
  const runnable = range(numRanks);
  /** Messages that are under way, with their sender and index; and ranks that wait for one. */
  const sent = new Map<number, Sending>();
  const waitingFor = new Map<number, number>();
  const ranksPerStage = mesh.tp * mesh.dp;

  for (let rank = runnable.pop(); rank !== undefined; rank = runnable.pop()) run(rank);
  if (filled < length) throw new Refusal(describeDeadlock(program, next));
  for (const { rank, index } of sent.values()) {
    throw new Refusal(`a message is sent and never received: ${describeMessage(program, rank, index)}`);
  }
  return order;

  /** Lets a rank go on until it has to wait for others. */
  function run(rank: number): void {
    const { kind, axis, peer, message, numInstructions } = columns[rank] as RankColumns;
    for (let index = next[rank] as number; index < numInstructions; index = next[rank] as number) {
      if (kind[index] === COLLECTIVE) {
        if (!arrive(rank, axis[index] as number)) return;
      } else if (kind[index] === ALONE) {
        fire(rank);
      } else {
        const other = (rank % ranksPerStage) + (peer[index] as number) * ranksPerStage;
        const isSend = kind[index] === SEND;
        const [from, to] = isSend ? [rank, other] : [other, rank];
        const key = messageNumber(message[index] as number, from, to, numRanks);
        if (isSend) post(key, rank, index);
        else if (!sent.delete(key)) {
          waitingFor.set(key, rank);
          return;
        }
        fire(rank);
      }
      order.numFirings += 1;
    }
  }

  function post(key: number, rank: number, index: number): void {
    if (sent.has(key)) {
      throw new Refusal(`a message is sent twice before it is received: ${describeMessage(program, rank, index)}`);
    }
    sent.set(key, { rank, index });
    const receiver = waitingFor.get(key);
    if (receiver === undefined) return;
    waitingFor.delete(key);
    runnable.push(receiver);
  }

  /** Whether the last member has come; then all go through. A rank waits at one collective at a time. */
  function arrive(rank: number, axis: number): boolean {
    const members = groups[axis]?.[rank] as number[];
    const counts = arrived[axis] as Uint32Array;
    const first = members[0] as number;
    counts[first] = (counts[first] as number) + 1;
    if (counts[first] < members.length) return false;
    counts[first] = 0;
    for (const member of members) {
      fire(member);
      if (member !== rank) runnable.push(member);
    }
    return true;
  }
}

/** Where a message is sent. */
interface Sending {
  rank: number;
  index: number;
}

function describeMessage({ ranks, mesh }: Program, rank: number, index: number): string {
  return messageKey(mesh, rank, ranks[rank]?.instructions[index] as Send);
}

function describeDeadlock(program: Program, next: Uint32Array): string {
  const { ranks, mesh } = program;
  const stuck = [...ranks.keys()].filter((r) => (next[r] as number) < (ranks[r]?.instructions.length ?? 0));
  // Who waits for what nobody will ever do is the cause; the others wait for those, or all for each other.
  const rank = stuck.find((r) => waitsInVain(program, next, r)) ?? (stuck[0] as number);
  const { instructions, buffers } = ranks[rank] as Program["ranks"][number];
  const index = next[rank] as number;
  const instruction = instructions[index] as Collective | Recv;
  const waits = `deadlock: rank ${rank} waits at "${formatInstruction(instruction, index, buffers)}" for rank`;
  if (instruction.op === "recv") {
    return `${waits} ${peerOf(mesh, rank, instruction.peer)} to send it, which never happens`;
  }
  const others = groupOf(mesh, instruction.axis, rank).filter((member) => member !== rank);
  const missing = others.filter((member) => {
    const waiting = ranks[member]?.instructions[next[member] as number];
    return !(waiting && isCollective(waiting) && waiting.axis === instruction.axis);
  });
  const who = (missing.length > 0 ? missing : others).join(", ");
  return `${waits} ${who} to join it, which never happens`;
}

/** Does no other rank still have the message, or the collective, that a rank waits for? */
function waitsInVain({ ranks, mesh }: Program, next: Uint32Array, rank: number): boolean {
  const left = (r: number) => ranks[r]?.instructions.slice(next[r]) ?? [];
  const waiting = left(rank)[0] as Collective | Recv;
  if (waiting.op === "recv") {
    const key = messageKey(mesh, rank, waiting);
    const peer = peerOf(mesh, rank, waiting.peer);
    return !left(peer).some((other) => other.op === "send" && messageKey(mesh, peer, other) === key);
  }
  const isSameAxis = (other: Instruction) => isCollective(other) && other.axis === waiting.axis;
  return groupOf(mesh, waiting.axis, rank).some((member) => !left(member).some(isSameAxis));
}
