/**
 * The order that 1F1B, interleaved 1F1B and the first zero-bubble schedules share: warm up with forwards, alternate
 * one forward with one backward, drain the backwards. They differ in how long the warm-up is, in which order a rank
 * visits its stages, and in whether weight gradients run with the backward or later.
 */
import { type Action, backward, inputGrad, weightGrad } from "../program/action";

/** A stage's turn with a micro-batch. */
export type Visit = readonly [stage: number, microbatch: number];

export interface WarmAlternateDrain {
  /** The forwards, in order. */
  forwards: readonly Action[];
  /** The stages and micro-batches of the backwards, in order. */
  backwards: readonly Visit[];
  numWarmup: number;
  /**
   * Splits each backward into I and W: the first W comes after I number `weightLag` (from 0), then one after each I,
   * in the same order, the rest at the end. Without it a backward is a single B.
   */
  weightLag?: number;
}

export function warmAlternateDrain({ forwards, backwards, numWarmup, weightLag }: WarmAlternateDrain): Action[] {
  const alternating = backwards.flatMap((visit, i) => {
    const next = forwards[numWarmup + i];
    return [...(next ? [next] : []), ...backwardOf(visit, backwards[i - (weightLag ?? 0)], weightLag !== undefined)];
  });
  const late = weightLag === undefined ? [] : backwards.slice(Math.max(0, backwards.length - weightLag));
  return [...forwards.slice(0, numWarmup), ...alternating, ...late.map((visit) => weightGrad(...visit))];
}

function backwardOf(visit: Visit, weightVisit: Visit | undefined, split: boolean): Action[] {
  if (!split) return [backward(...visit)];
  return [inputGrad(...visit), ...(weightVisit ? [weightGrad(...weightVisit)] : [])];
}
