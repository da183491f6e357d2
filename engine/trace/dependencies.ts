/**
 * Who waits for whom: what has to end before an instruction may start, and what waits for its end. Built once a
 * trace, in time that grows with its length, so that a pointer can ask at every frame.
 */
import { messageNumber, type Program, programColumns, type RankColumns, RECV, SEND } from "../program";
import { type Span, spanAt, type Trace } from "./trace";

export interface Dependencies {
  /**
   * All that must have ended: what the instruction names, the last one that kept its stream busy, and for a collective
   * what holds each of its members. For a receive also its send, which lasts as long as it does: not its end holds the
   * receive, but its start.
   */
  before(rank: number, index: number): Span[];
  /** All that names it in the same way. */
  after(rank: number, index: number): Span[];
}

const known = new WeakMap<Trace, Dependencies>();

export function dependenciesOf(trace: Trace): Dependencies {
  const found = known.get(trace) ?? connect(trace);
  known.set(trace, found);
  return found;
}

/** Instructions of all ranks are numbered through: `first[rank] + index`. */
function connect(trace: Trace): Dependencies {
  const { program, order } = trace;
  const first = firstNumbers(program);
  const holds = holdsOf(trace, first);
  const waiters = reversed(holds);
  const firingStart = startsOf(order.firing, order.numFirings);
  const entryOf = new Uint32Array(order.rank.length);
  for (let entry = 0; entry < entryOf.length; entry++) entryOf[numberAt(entry)] = entry;

  return { before: (rank, index) => spans(before(number(rank, index))), after };

  function number(rank: number, index: number): number {
    return (first[rank] as number) + index;
  }

  function numberAt(entry: number): number {
    return number(order.rank[entry] as number, order.index[entry] as number);
  }

  /** The instruction itself, and then those that happen together with it. */
  function members(node: number): number[] {
    const firing = order.firing[entryOf[node] as number] as number;
    const found = [node];
    for (let entry = firingStart[firing] as number; entry < (firingStart[firing + 1] as number); entry++) {
      if (numberAt(entry) !== node) found.push(numberAt(entry));
    }
    return found;
  }

  function before(node: number): number[] {
    return members(node).flatMap((member) => listed(holds, member));
  }

  function after(rank: number, index: number): Span[] {
    return spans(listed(waiters, number(rank, index)).flatMap(members));
  }

  function spans(nodes: readonly number[]): Span[] {
    return [...new Set(nodes)].map((node) => {
      const entry = entryOf[node] as number;
      return spanAt(trace, order.rank[entry] as number, order.index[entry] as number);
    });
  }
}

/** Many short lists in one: list i is `items[start[i]]` up to `items[start[i + 1]]`. */
interface Lists {
  start: Uint32Array;
  items: Uint32Array;
}

function listed({ start, items }: Lists, i: number): number[] {
  return [...items.subarray(start[i], start[i + 1])];
}

function firstNumbers({ ranks }: Program): Uint32Array {
  const first = new Uint32Array(ranks.length + 1);
  ranks.forEach(({ instructions }, rank) => {
    first[rank + 1] = (first[rank] as number) + instructions.length;
  });
  return first;
}

/** What one rank itself has to end first, and for a receive the send. */
function holdsOf({ program, messagesOccupyStreams }: Trace, first: Uint32Array): Lists {
  const columns = programColumns(program);
  const { mesh } = program;
  const ranksPerStage = mesh.tp * mesh.dp;
  const numRanks = columns.length;
  const numberOf = (rank: number, index: number, isSend: boolean) => {
    const { peer, message } = columns[rank] as RankColumns;
    const other = (rank % ranksPerStage) + (peer[index] as number) * ranksPerStage;
    const [from, to] = isSend ? [rank, other] : [other, rank];
    return messageNumber(message[index] as number, from, to, numRanks);
  };
  const sends = new Map<number, number>();
  columns.forEach(({ kind }, rank) => {
    kind.forEach((one, index) => {
      if (one === SEND) sends.set(numberOf(rank, index, true), (first[rank] as number) + index);
    });
  });

  const start = new Uint32Array((first[numRanks] as number) + 1);
  const items: number[] = [];
  columns.forEach(({ numInstructions, kind, stream, waitStart, waits }, rank) => {
    const base = first[rank] as number;
    const last = [-1, -1];
    for (let index = 0; index < numInstructions; index++) {
      for (const wait of waits.subarray(waitStart[index], waitStart[index + 1])) items.push(base + wait);
      const lane = stream[index] as number;
      if ((last[lane] as number) >= 0) items.push(base + (last[lane] as number));
      const isMessage = kind[index] === SEND || kind[index] === RECV;
      if (messagesOccupyStreams || !isMessage) last[lane] = index;
      const send = kind[index] === RECV ? sends.get(numberOf(rank, index, false)) : undefined;
      if (send !== undefined) items.push(send);
      start[base + index + 1] = items.length;
    }
  });
  return { start, items: Uint32Array.from(items) };
}

/** For each item, the lists that it is in. */
function reversed({ start, items }: Lists): Lists {
  const numLists = start.length - 1;
  const counts = new Uint32Array(numLists + 1);
  for (const item of items) counts[item + 1] = (counts[item + 1] as number) + 1;
  for (let i = 0; i < numLists; i++) counts[i + 1] = (counts[i + 1] as number) + (counts[i] as number);
  const filled = counts.slice();
  const lists = new Uint32Array(items.length);
  for (let i = 0; i < numLists; i++) {
    for (const item of items.subarray(start[i], start[i + 1])) {
      lists[filled[item] as number] = i;
      filled[item] = (filled[item] as number) + 1;
    }
  }
  return { start: counts, items: lists };
}

/** Where each number of an ascending column begins. */
function startsOf(column: Uint32Array, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1).fill(column.length);
  for (let i = column.length - 1; i >= 0; i--) starts[column[i] as number] = i;
  return starts;
}
