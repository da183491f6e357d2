/**
 * An operation between devices is a linear map: every number that comes out is a sum of numbers that went in. Its
 * adjoint takes gradients of what came out to gradients of what went in; <A x, y> = <x, Aᵀ y> for all x and y.
 *
 * A vector has one entry for each number that is free. `copies` of one tensor are one tensor: they count once, or the
 * loss would be counted n times. Whole tensors that are each device's `own` are n tensors.
 */
import { range, sum } from "../base/range";
import {
  addFloat32,
  type Cells,
  fillCells,
  isHeld,
  OPERATIONS,
  type OperationName,
  type Placement,
  runPlan,
} from "./operations";

/** The cells that are a vector's entries, as [position, chunk]. */
export function entriesOf(placement: Placement, size: number): [number, number][] {
  return range(size).flatMap((position) =>
    range(size)
      .filter((chunk) => (placement === "copies" ? position === chunk : isHeld(placement, position, chunk)))
      .map((chunk): [number, number] => [position, chunk]),
  );
}

export function toVector(placement: Placement, cells: Cells<number>): number[] {
  return entriesOf(placement, cells.length).map(([position, chunk]) => cells[position]?.[chunk] ?? Number.NaN);
}

export function toCells(placement: Placement, size: number, vector: readonly number[]): Cells<number> {
  const at = new Map(entriesOf(placement, size).map(([position, chunk], i) => [`${position} ${chunk}`, i]));
  return fillCells(placement, size, (position, chunk) => {
    const owner = placement === "copies" ? chunk : position;
    return vector[at.get(`${owner} ${chunk}`) as number] as number;
  });
}

/** What comes out of an operation for what goes in. */
export function applyOperation(name: OperationName, size: number, x: readonly number[]): number[] {
  const { before, after, plan } = OPERATIONS[name];
  const states = runPlan(plan(size), toCells(before, size, x), addFloat32);
  return toVector(after, states.at(-1) as Cells<number>);
}

/** The matrix of an operation: row i is what comes out at entry i, for each unit vector that goes in. */
export function matrixOf(name: OperationName, size: number): number[][] {
  const { before, after } = OPERATIONS[name];
  const numInputs = entriesOf(before, size).length;
  const columns = range(numInputs).map((j) =>
    applyOperation(
      name,
      size,
      range(numInputs).map((i) => (i === j ? 1 : 0)),
    ),
  );
  return range(entriesOf(after, size).length).map((i) => columns.map((column) => column[i] as number));
}

export const innerProduct = (a: readonly number[], b: readonly number[]): number =>
  sum(a.map((value, i) => value * (b[i] as number)));

export interface AdjointCheck {
  /** <A x, y> and <x, Aᵀ y> for the numbers given. */
  outside: number;
  inside: number;
  /** Pairs of unit vectors, one going in and one coming out, and for how many of them the two are the same. */
  numPairs: number;
  numAgreeing: number;
}

/** Compares an operation with what is said to be its adjoint; if all pairs agree, it is, for any numbers. */
export function checkAdjoint(
  name: OperationName,
  size: number,
  x: readonly number[],
  y: readonly number[],
): AdjointCheck {
  const { adjoint } = OPERATIONS[name];
  const matrix = matrixOf(name, size);
  const backward = matrixOf(adjoint, size);
  const pairs = matrix.flatMap((row, i) => row.map((entry, j) => entry === backward[j]?.[i]));
  return {
    outside: innerProduct(applyOperation(name, size, x), y),
    inside: innerProduct(x, applyOperation(adjoint, size, y)),
    numPairs: pairs.length,
    numAgreeing: pairs.filter(Boolean).length,
  };
}
