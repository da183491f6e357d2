import { dispose, memory, type Tensor1D, tensor1d } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { mulberry32 } from "../base/random";
import { range, sum } from "../base/range";
import { applyOperation, checkAdjoint, entriesOf, matrixOf, toCells, toVector } from "./adjoint";
import {
  addFloat32,
  type Cells,
  chunksSent,
  fillCells,
  isHeld,
  OPERATIONS,
  type OperationName,
  roundsOf,
  runPlan,
  type Transfer,
} from "./operations";
import { type Chunks, type RingResult, ringAllGather, ringAllReduce, ringReduceScatter } from "./ring";

beforeAll(() => startNodeBackend("wasm"));

const NAMES = Object.keys(OPERATIONS) as OperationName[];
const SIZES = [2, 3, 4, 5, 8];
const cases = NAMES.flatMap((name) => SIZES.map((size): [OperationName, number] => [name, size]));

/** A float32 a cell, none of them round. */
function randomCells(name: OperationName, size: number, seed = 1): Cells<number> {
  const next = mulberry32(seed + size);
  const values = range(size).map(() => range(size).map(() => Math.fround(2 * next() - 1)));
  const { before } = OPERATIONS[name];
  return fillCells(before, size, (position, chunk) => values[before === "copies" ? 0 : position]?.[chunk] as number);
}

const statesOf = (name: OperationName, cells: Cells<number>) =>
  runPlan(OPERATIONS[name].plan(cells.length), cells, addFloat32);

describe("against the tensors that a training step sends round the ring", () => {
  const onTensors: [OperationName, (members: Tensor1D[], observe: (chunks: Chunks) => void) => RingResult][] = [
    ["all-reduce", (members, observe) => ringAllReduce(members, "sum", observe)],
    ["reduce-scatter", (members, observe) => ringReduceScatter(members, "sum", observe)],
    ["all-gather", (members, observe) => ringAllGather(members, observe)],
  ];
  test.each(onTensors.flatMap(([name, run]) => SIZES.map((size) => [name, size, run] as const)))(
    "%s, %i devices: the same messages, and the same bits on every device after every round",
    (name, size, run) => {
      const cells = randomCells(name, size);
      const seen: (number | null)[][][] = [];
      const members = cells.map((own) => tensor1d(own.filter((value) => value !== null)));
      const { results, transfers } = run(members, (chunks) => {
        seen.push(chunks.map((own) => range(size).map((chunk) => own[chunk]?.dataSync()[0] ?? null)));
      });
      dispose([...members, ...results]);
      expect(statesOf(name, cells)).toEqual(seen);
      expect(OPERATIONS[name].plan(size)).toEqual(
        transfers.map(({ step: round, from, to, chunk, reduces: adds }) => ({
          round,
          from,
          to,
          chunk,
          into: chunk,
          adds,
        })),
      );
      expect(memory().numTensors).toBe(0);
    },
  );
});

test.each(cases)("%s, %i devices: what comes out is what its name says", (name, size) => {
  const x = randomCells(name, size);
  const y = statesOf(name, x).at(-1) as Cells<number>;
  const at = (position: number, chunk: number) => x[position]?.[chunk] as number;
  const total = (chunk: number) => sum(range(size).map((position) => at(position, chunk)));
  const expected: Record<OperationName, (position: number, chunk: number) => number> = {
    send: (_, chunk) => at(0, chunk),
    "send-back": (_, chunk) => at(1, chunk),
    broadcast: (_, chunk) => at(0, chunk),
    reduce: (_, chunk) => total(chunk),
    "all-gather": (_, chunk) => at(chunk, chunk),
    "reduce-scatter": (_, chunk) => total(chunk),
    "all-reduce": (_, chunk) => total(chunk),
    identity: at,
    "all-to-all": (position, chunk) => at(chunk, position),
  };
  const { after } = OPERATIONS[name];
  for (const position of range(size)) {
    for (const chunk of range(size)) {
      if (!isHeld(after, position, chunk)) continue;
      expect(y[position]?.[chunk]).toBeCloseTo(expected[name](position, chunk), 5);
      if (after === "copies") expect(y[position]?.[chunk]).toBe(y[0]?.[chunk]);
    }
  }
});

test.each(cases)(
  "%s, %i devices: nobody sends what it has not, or two chunks in a round but in one message",
  (name, size) => {
    const transfers = OPERATIONS[name].plan(size);
    const states = statesOf(name, randomCells(name, size));
    for (const { round, from, to, chunk, into, adds } of transfers) {
      expect(from).not.toBe(to);
      expect(states[round]?.[from]?.[chunk]).not.toBeNull();
      if (adds) expect(states[round]?.[to]?.[into]).not.toBeNull();
      const together = transfers.filter((other) => other.round === round && (other.from === from || other.to === to));
      expect(new Set(together.map((other) => `${other.from} ${other.to}`)).size).toBe(1);
      if (!name.startsWith("send")) expect(together).toHaveLength(1);
    }
  },
);

describe("what they cost, in chunks of which a tensor has n", () => {
  const costs: [OperationName, (n: number) => { rounds: number; most: number; all: number }][] = [
    ["send", (n) => ({ rounds: 1, most: n, all: n })],
    ["broadcast", (n) => ({ rounds: 2 * (n - 1), most: n, all: n * (n - 1) })],
    ["reduce", (n) => ({ rounds: 2 * (n - 1), most: n, all: n * (n - 1) })],
    ["all-gather", (n) => ({ rounds: n - 1, most: n - 1, all: n * (n - 1) })],
    ["reduce-scatter", (n) => ({ rounds: n - 1, most: n - 1, all: n * (n - 1) })],
    ["all-reduce", (n) => ({ rounds: 2 * (n - 1), most: 2 * (n - 1), all: 2 * n * (n - 1) })],
    ["identity", () => ({ rounds: 0, most: 0, all: 0 })],
    ["all-to-all", (n) => ({ rounds: n % 2 === 0 ? n - 1 : n, most: n - 1, all: n * (n - 1) })],
  ];
  test.each(costs.flatMap(([name, cost]) => SIZES.map((size) => [name, size, cost] as const)))(
    "%s, %i devices",
    (name, size, cost) => {
      const transfers = OPERATIONS[name].plan(size);
      const sent = chunksSent(transfers, size, Number.POSITIVE_INFINITY);
      expect({ rounds: roundsOf(transfers), most: Math.max(...sent), all: sum(sent) }).toEqual(cost(size));
    },
  );

  test("what goes round the ring goes to the next one only", () => {
    for (const name of ["broadcast", "reduce", "all-gather", "reduce-scatter", "all-reduce"] as const) {
      for (const { from, to } of OPERATIONS[name].plan(5)) expect(to).toBe((from + 1) % 5);
    }
  });

  test("an all-reduce is a reduce-scatter, then an all-gather", () => {
    const [scatter, gather] = [OPERATIONS["reduce-scatter"].plan(4), OPERATIONS["all-gather"].plan(4)];
    const later = gather.map((transfer) => ({ ...transfer, round: transfer.round + 3 }));
    expect(OPERATIONS["all-reduce"].plan(4)).toEqual([...scatter, ...later]);
  });
});

describe("adjoints", () => {
  test("each is the other's, and turns round what goes in and what comes out", () => {
    for (const name of NAMES) {
      const { adjoint, before, after } = OPERATIONS[name];
      expect(OPERATIONS[adjoint]).toMatchObject({ adjoint: name, before: after, after: before });
    }
  });

  test.each(cases)("%s, %i devices: <A x, y> = <x, Aᵀ y>, also for every pair of unit vectors", (name, size) => {
    const { adjoint, before, after } = OPERATIONS[name];
    const x = toVector(before, randomCells(name, size));
    const y = toVector(after, randomCells(adjoint, size, 7));
    const { outside, inside, numPairs, numAgreeing } = checkAdjoint(name, size, x, y);
    expect(Math.abs(outside)).toBeGreaterThan(1e-3);
    expect(inside).toBeCloseTo(outside, 5);
    expect(numPairs).toBe(x.length * y.length);
    expect(numAgreeing).toBe(numPairs);
  });

  test("two numbers on two devices: the matrices can be read", () => {
    expect(matrixOf("all-reduce", 2)).toEqual([
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ]);
    // Were each copy a tensor of its own, this would have four columns, and the all-reduce would be its own adjoint.
    expect(matrixOf("identity", 2)).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
    expect(matrixOf("reduce-scatter", 2)).toEqual([
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ]);
  });

  // The identity has no message to read: that its copies are one tensor is said by their placement alone.
  test.each(cases.filter(([name]) => name !== "identity"))(
    "%s, %i devices: its plan read backwards, arrows turned, does what the adjoint does",
    (name, size) => {
      const { adjoint, before, after, plan } = OPERATIONS[name];
      const y = toVector(after, randomCells(adjoint, size, 3));
      const gradients = range(size).map(() => range(size).map(() => 0));
      for (const [i, [position, chunk]] of entriesOf(after, size).entries()) {
        (gradients[position] as number[])[chunk] = y[i] as number;
      }
      // Of copies of one tensor, the gradient stands once: where each chunk was completed.
      for (const round of range(roundsOf(plan(size))).toReversed()) backThrough(plan(size), round, gradients);
      const found = entriesOf(before, size).map(([position, chunk]) => gradients[position]?.[chunk] as number);
      applyOperation(adjoint, size, y).forEach((value, i) => {
        expect(found[i]).toBeCloseTo(value, 5);
      });
    },
  );

  test("cells and vectors are each other's inverse, and copies count once", () => {
    expect(entriesOf("copies", 3)).toHaveLength(3);
    const cells = toCells("copies", 3, [5, 6, 7]);
    expect(cells).toEqual([
      [5, 6, 7],
      [5, 6, 7],
      [5, 6, 7],
    ]);
    expect(toVector("copies", cells)).toEqual([5, 6, 7]);
    expect(toVector("parts", toCells("parts", 3, [1, 2, 3]))).toEqual([1, 2, 3]);
    expect(toCells("second", 2, [1, 2])).toEqual([
      [null, null],
      [1, 2],
    ]);
  });
});

/** What was sent gets the gradient of what arrived; where nothing was added, nothing is left of it there. */
function backThrough(transfers: readonly Transfer[], round: number, gradients: number[][]): void {
  const after = gradients.map((own) => [...own]);
  const ofRound = transfers.filter((transfer) => transfer.round === round);
  for (const { to, into, adds } of ofRound) if (!adds) (gradients[to] as number[])[into] = 0;
  for (const { from, to, chunk, into } of ofRound) {
    (gradients[from] as number[])[chunk] =
      ((gradients[from] as number[])[chunk] as number) + (after[to]?.[into] as number);
  }
}
