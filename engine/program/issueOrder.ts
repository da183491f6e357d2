/**
 * An order in which all instructions of all ranks can happen: each rank's in its own order, and the members of a
 * collective together. Finding one is the proof that a program does not deadlock.
 */
import { Refusal } from "../base/assert";
import { type Axis, groupOf, groupsByRank } from "../mesh/mesh";
import { messageKey, peerOf } from "./messages";
import { type Collective, type Instruction, isCollective, type Program, type Recv } from "./program";
import { formatInstruction } from "./text";

/**
 * Entry i is instruction `index[i]` of rank `rank[i]`. The members of one collective stand side by side and share
 * their `firing`.
 */
export interface IssueOrder {
  rank: Uint32Array;
  index: Uint32Array;
  firing: Uint32Array;
  numFirings: number;
}

/** What the members of a collective meet under: the same group, and the same turn in its order. */
interface Meeting {
  members: number[];
  arrived: number;
}

/**
 * @throws Refusal when some rank waits for ever, naming the first instruction at fault and what it waits for
 */
export function issueOrder(program: Program): IssueOrder {
  const { ranks, mesh } = program;
  const length = ranks.reduce((total, { instructions }) => total + instructions.length, 0);
  const order: IssueOrder = {
    rank: new Uint32Array(length),
    index: new Uint32Array(length),
    firing: new Uint32Array(length),
    numFirings: 0,
  };
  let filled = 0;
  const fire = (rank: number) => {
    order.rank[filled] = rank;
    order.index[filled] = next[rank] as number;
    order.firing[filled] = order.numFirings;
    filled += 1;
    next[rank] = (next[rank] as number) + 1;
  };

  const next = ranks.map(() => 0);
  const turns = ranks.map(() => new Map<string, number>());
  const meetings = new Map<string, Meeting>();
  const groupsOf: Partial<Record<Axis, number[][]>> = {};
  const runnable = ranks.map((_, rank) => rank);
  /** Messages that are under way, and ranks that wait for one. */
  const sent = new Set<string>();
  const waitingFor = new Map<string, number>();

  for (let rank = runnable.pop(); rank !== undefined; rank = runnable.pop()) {
    const { instructions } = ranks[rank] as Program["ranks"][number];
    while ((next[rank] as number) < instructions.length) {
      const instruction = instructions[next[rank] as number];
      if (!instruction) break;
      if (instruction.op === "recv" && !sent.delete(messageKey(mesh, rank, instruction))) {
        waitingFor.set(messageKey(mesh, rank, instruction), rank);
        break;
      }
      if (isCollective(instruction)) {
        const meeting = arrive(rank, instruction);
        if (meeting.arrived < meeting.members.length) break;
        meeting.members.forEach(fire);
        order.numFirings += 1;
        runnable.push(...meeting.members.filter((member) => member !== rank));
      } else {
        fire(rank);
        order.numFirings += 1;
        if (instruction.op === "send") post(messageKey(mesh, rank, instruction));
      }
    }
  }
  if (filled < length) throw new Refusal(describeDeadlock(program, next));
  const [lost] = sent;
  if (lost) throw new Refusal(`a message is sent and never received: ${lost}`);
  return order;

  function post(key: string): void {
    if (sent.has(key)) throw new Refusal(`a message is sent twice before it is received: ${key}`);
    sent.add(key);
    const receiver = waitingFor.get(key);
    if (receiver === undefined) return;
    waitingFor.delete(key);
    runnable.push(receiver);
  }

  function arrive(rank: number, { axis }: Collective): Meeting {
    groupsOf[axis] ??= groupsByRank(mesh, axis);
    const members = groupsOf[axis][rank] as number[];
    const group = `${axis}:${members[0]}`;
    const turn = (turns[rank]?.get(group) ?? 0) + 1;
    turns[rank]?.set(group, turn);
    const key = `${group}#${turn}`;
    const meeting = meetings.get(key) ?? { members, arrived: 0 };
    meeting.arrived += 1;
    if (meeting.arrived === members.length) meetings.delete(key);
    else meetings.set(key, meeting);
    return meeting;
  }
}

function describeDeadlock(program: Program, next: readonly number[]): string {
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
function waitsInVain({ ranks, mesh }: Program, next: readonly number[], rank: number): boolean {
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
