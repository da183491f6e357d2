/** One training example. A target of -1 is not counted in the loss. */
export interface Sample {
  /** Tokens, or features. */
  inputs: readonly number[];
  /** One target for each row that the sample adds. */
  targets: readonly number[];
}
