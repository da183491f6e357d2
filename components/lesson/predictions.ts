/**
 * What a prediction's choice says: what a change does to a number, or which number it becomes. The engine runs both
 * scenarios and says which choice is true: no answer is typed.
 */
export const OUTCOMES = ["same", "falls-more", "halves", "falls-less", "grows-less", "doubles", "grows-more"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** An outcome, or a number that the measure is guessed to be after the change. */
export type Guess = Outcome | number;

/** Within this share of a half or of two counts as halving or doubling; ring chunks are rounded to whole elements. */
export const TOLERANCE = 0.01;
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

/** Whether a guess is true of what a measure was and what it is now. */
export function isTrue(guess: Guess, before: number, after: number): boolean {
  return typeof guess === "number" ? closeTo(guess, after) : guess === outcomeOf(before, after);
}

/** Whether two numbers are the same but for the digits that nobody writes down. */
export function closeTo(said: number, is: number): boolean {
  return said === is || Math.abs(said - is) <= TOLERANCE * Math.abs(is);
}
