/**
 * What a change can do to a number. A choice of a prediction names one of these, and the engine, by running both
 * scenarios, says which is true: no answer is typed.
 */
export const OUTCOMES = ["same", "falls-more", "halves", "falls-less", "grows-less", "doubles", "grows-more"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Within this share of a half or of two counts as halving or doubling; ring chunks are rounded to whole elements. */
const TOLERANCE = 0.01;
const near = (ratio: number, target: number, tolerance = TOLERANCE) => Math.abs(ratio - target) <= tolerance * target;

/** Exactly one outcome holds for any two numbers. */
export function outcomeOf(before: number, after: number): Outcome {
  if (before === after) return "same";
  const ratio = after / before;
  if (near(ratio, 1, 1e-9)) return "same";
  if (near(ratio, 0.5)) return "halves";
  if (near(ratio, 2)) return "doubles";
  if (ratio < 1) return ratio < 0.5 ? "falls-more" : "falls-less";
  return ratio > 2 ? "grows-more" : "grows-less";
}
