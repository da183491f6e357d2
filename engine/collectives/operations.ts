/**
 * What devices of a group can do together, each operation as data: how a tensor lies on the devices before and after,
 * and the messages in between. Nothing here is a tensor, so a page can go through it message by message.
 *
 * A tensor is cut into one chunk a device. Those operations that a training step uses go round the ring as it does
 * (`program/ringPlan.ts`). Broadcast and reduce go along the ring as well, chunk after chunk, so that all links are
 * busy at the same time. In an all-to-all the devices pair up, round by round, and swap.
 */
import { range } from "../base/range";
import { type RingMessage, ringAllGather, ringAllReduce, ringReduceScatter } from "../program/ringPlan";

/** One chunk on its way. Positions are places in the group (0 to n - 1); all messages of a round travel together. */
export interface Transfer {
  round: number;
  from: number;
  to: number;
  /** Which chunk is sent, and as which it arrives: another one only where chunks change places. */
  chunk: number;
  into: number;
  /** The receiver adds it to its own, or takes it as it is. */
  adds: boolean;
}

/**
 * How a tensor lies on the devices of a group.
 *
 * own      each device has a whole tensor, and goes its own way with it
 * copies   each device has the whole of one and the same tensor
 * parts    each device has the chunk of its position
 * first    only the first device has it
 * second   only the second
 */
export type Placement = "own" | "copies" | "parts" | "first" | "second";

export interface Operation {
  /** As readers call it. */
  name: string;
  /** In a sentence that begins after its name. */
  does: string;
  before: Placement;
  after: Placement;
  /** The operation that takes gradients of what came out to gradients of what went in. */
  adjoint: OperationName;
  plan(size: number): Transfer[];
}

export type OperationName =
  | "send"
  | "send-back"
  | "broadcast"
  | "reduce"
  | "all-gather"
  | "reduce-scatter"
  | "all-reduce"
  | "identity"
  | "all-to-all";

export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  send: {
    name: "send",
    does: "one device gets what another has",
    before: "first",
    after: "second",
    adjoint: "send-back",
    plan: (size) => wholeTensor(size, 0, 1),
  },
  "send-back": {
    name: "send back",
    does: "the first device gets what the second has",
    before: "second",
    after: "first",
    adjoint: "send",
    plan: (size) => wholeTensor(size, 1, 0),
  },
  broadcast: {
    name: "broadcast",
    does: "everybody gets what one device has",
    before: "first",
    after: "own",
    adjoint: "reduce",
    plan: (size) => alongTheRing(size, 0, false),
  },
  reduce: {
    name: "reduce",
    does: "one device gets the sum of what all have",
    before: "own",
    after: "first",
    adjoint: "broadcast",
    plan: (size) => alongTheRing(size, 1, true),
  },
  "all-gather": {
    name: "all-gather",
    does: "everybody gets the parts of all",
    before: "parts",
    after: "own",
    adjoint: "reduce-scatter",
    plan: (size) => ringAllGather(size).map(ofRing),
  },
  "reduce-scatter": {
    name: "reduce-scatter",
    does: "everybody gets one part of the sum",
    before: "own",
    after: "parts",
    adjoint: "all-gather",
    plan: (size) => ringReduceScatter(size).map(ofRing),
  },
  "all-reduce": {
    name: "all-reduce",
    does: "everybody gets the sum of what all have",
    before: "own",
    after: "copies",
    adjoint: "identity",
    plan: (size) => ringAllReduce(size).map(ofRing),
  },
  identity: {
    name: "identity",
    does: "everybody keeps what it has, and nothing is sent",
    before: "copies",
    after: "own",
    adjoint: "all-reduce",
    plan: () => [],
  },
  "all-to-all": {
    name: "all-to-all",
    does: "everybody swaps a part with everybody",
    before: "own",
    after: "own",
    adjoint: "all-to-all",
    plan: swapInPairs,
  },
};

const ofRing = ({ step, from, to, chunk, reduces }: RingMessage): Transfer => ({
  round: step,
  from,
  to,
  chunk,
  into: chunk,
  adds: reduces,
});

/** One message with everything in it. */
function wholeTensor(size: number, from: number, to: number): Transfer[] {
  return range(size).map((chunk) => ({ round: 0, from, to, chunk, into: chunk, adds: false }));
}

/**
 * From one position on, each device passes every chunk on to the next, as soon as it has it, until the last one has
 * them all: n - 1 messages a chunk, and a chunk behind the other.
 */
function alongTheRing(size: number, start: number, adds: boolean): Transfer[] {
  return range(2 * (size - 1)).flatMap((round) =>
    range(size - 1)
      .map((link) => ({ link, chunk: round - link }))
      .filter(({ chunk }) => chunk >= 0 && chunk < size)
      .map(({ link, chunk }): Transfer => {
        const from = (start + link) % size;
        return { round, from, to: (from + 1) % size, chunk, into: chunk, adds };
      }),
  );
}

/**
 * Chunk j of device i and chunk i of device j change places. The pairs of a round are those of a tournament in which
 * everybody meets everybody once: i and j with i + j = 2 round (mod n - 1), and the last one meets whoever is left.
 * An odd one out rests.
 */
function swapInPairs(size: number): Transfer[] {
  const numRounds = size % 2 === 0 ? size - 1 : size;
  const partnerOf = (position: number, round: number): number => {
    if (position === numRounds) return round;
    const partner = (2 * round - position + numRounds) % numRounds;
    return partner === position ? numRounds : partner;
  };
  return range(numRounds).flatMap((round) =>
    range(size)
      .map((from) => ({ from, to: partnerOf(from, round) }))
      .filter(({ to }) => to < size)
      .map(({ from, to }): Transfer => ({ round, from, to, chunk: to, into: from, adds: false })),
  );
}

export function roundsOf(transfers: readonly Transfer[]): number {
  const last = transfers.at(-1);
  return last ? last.round + 1 : 0;
}

/** What each device holds of each chunk, by position, then by chunk; null where it holds nothing. */
export type Cells<T> = readonly (readonly (T | null)[])[];

/**
 * Does what a plan says: on numbers, or on whatever else can be added.
 *
 * @returns the cells before the first message, then after each round
 */
export function runPlan<T>(
  transfers: readonly Transfer[],
  start: Cells<T>,
  add: (own: T, received: T) => T,
): Cells<T>[] {
  const states = [start];
  for (const round of range(roundsOf(transfers))) {
    const before = states[round] as Cells<T>;
    const after = before.map((own) => [...own]);
    for (const { from, to, chunk, into, adds } of transfers.filter((transfer) => transfer.round === round)) {
      const sent = before[from]?.[chunk] as T;
      const receiver = after[to] as (T | null)[];
      receiver[into] = adds ? add(before[to]?.[into] as T, sent) : sent;
    }
    states.push(after);
  }
  return states;
}

/** As devices add: each sum is rounded to float32. */
export const addFloat32 = (a: number, b: number): number => Math.fround(a + b);

/** Whether a device holds a chunk of a tensor that lies on the group in this way. */
export function isHeld(placement: Placement, position: number, chunk: number): boolean {
  switch (placement) {
    case "own":
    case "copies":
      return true;
    case "parts":
      return position === chunk;
    case "first":
      return position === 0;
    case "second":
      return position === 1;
  }
}

/** Cells filled by position and chunk, where the placement has something. */
export function fillCells<T>(
  placement: Placement,
  size: number,
  valueAt: (position: number, chunk: number) => T,
): Cells<T> {
  return range(size).map((position) =>
    range(size).map((chunk) => (isHeld(placement, position, chunk) ? valueAt(position, chunk) : null)),
  );
}

/** Chunks that each position sends in all rounds before one. */
export function chunksSent(transfers: readonly Transfer[], size: number, beforeRound: number): number[] {
  const counts = range(size).map(() => 0);
  for (const { from, round } of transfers) if (round < beforeRound) counts[from] = (counts[from] as number) + 1;
  return counts;
}
