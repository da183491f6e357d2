/** One collective as it really happened: what every member held of every chunk, ring step by ring step. */

/** The first few numbers of each chunk are recorded. */
export const RECORDED_ELEMENTS = 3;

export interface CollectiveRecord {
  /** The rank that was asked about, and the place of the collective in its program. */
  rank: number;
  index: number;
  /** The training step it happened in; counts from 1. */
  step: number;
  /** The ranks of the group, by position. */
  members: readonly number[];
  /** Elements of each chunk. */
  chunkElements: readonly number[];
  /**
   * Entry 0 is before the first message, entry s + 1 after ring step s; then by position, then by chunk. Null where a
   * member holds nothing of a chunk.
   */
  held: (readonly number[] | null)[][][];
  /** Bytes of each message, in order. */
  transfers: readonly { step: number; from: number; to: number; chunk: number; bytes: number }[];
}
