/** An operation between devices on small numbers: forward, backward, and the check that the one is the other's adjoint. */
import { namedStream } from "@/engine/base/random";
import { range } from "@/engine/base/range";
import { type AdjointCheck, checkAdjoint, entriesOf, toCells } from "@/engine/collectives/adjoint";
import {
  addFloat32,
  type Cells,
  chunksSent,
  fillCells,
  OPERATIONS,
  type OperationName,
  type Placement,
  roundsOf,
  runPlan,
  type Transfer,
} from "@/engine/collectives/operations";

/** One direction, before the first message and after each round. */
export interface Pass {
  name: string;
  does: string;
  before: Placement;
  after: Placement;
  transfers: readonly Transfer[];
  numRounds: number;
  values: readonly Cells<number>[];
  /** The devices whose numbers are in a cell, by position. */
  sources: readonly Cells<readonly number[]>[];
  /** Chunks that each device has sent. */
  sent: readonly (readonly number[])[];
}

export interface Example {
  size: number;
  forward: Pass;
  backward: Pass;
  check: AdjointCheck;
}

export function exampleOf(name: OperationName, size: number): Example {
  const { before, after, adjoint } = OPERATIONS[name];
  const numInputs = entriesOf(before, size).length;
  const numOutputs = entriesOf(after, size).length;
  const x = shuffled(
    `${name} x`,
    range(numInputs).map((i) => i + 1),
  );
  // A gradient has both signs.
  const y = shuffled(
    `${name} y`,
    range(numOutputs).map((i) => (i % 2 === 0 ? 1 + i / 2 : -(1 + i) / 2)),
  );
  return {
    size,
    forward: passOf(name, size, x),
    backward: passOf(adjoint, size, y),
    check: checkAdjoint(name, size, x, y),
  };
}

function passOf(name: OperationName, size: number, vector: readonly number[]): Pass {
  const { plan, ...words } = OPERATIONS[name];
  const transfers = plan(size);
  const numRounds = roundsOf(transfers);
  const values = runPlan(transfers, toCells(words.before, size, vector), addFloat32);
  const own = fillCells(words.before, size, (position): readonly number[] => [position]);
  const sources = runPlan(transfers, own, (a, b) => [...new Set([...a, ...b])].sort((p, q) => p - q));
  const sent = range(numRounds + 1).map((round) => chunksSent(transfers, size, round));
  return { ...words, transfers, numRounds, values, sources, sent };
}

/** The same order on every page: drawn from the name. */
function shuffled(name: string, values: readonly number[]): number[] {
  const next = namedStream(name, 1);
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
