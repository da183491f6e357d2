/**
 * Two kinds of failure. A `Refusal` is the user's input that cannot be run: one sentence that says what clashes
 * and what would fit. An `InvariantError` is our own mistake: it should never be seen.
 */

/** Input that is refused, with the sentence to show and, when one field is at fault, the path to it. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    sentence: string,
    /** The field at fault, as in `["batch", "global"]`; empty when it is the input as a whole. */
    readonly path: readonly string[] = [],
  ) {
    super(sentence);
  }
}

/** A broken promise inside the engine: a bug, not a bad input. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** @throws InvariantError unless `condition` holds */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Whether something unknown is an object with names in it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
