/** What a reader has done in a lesson: kept from visit to visit. */
import type { Trial } from "@/engine/worker/protocol";
import type { Settings } from "./judge";
import type { Guess } from "./predictions";

export interface Progress {
  /** Index of the stop that the reader is at. */
  current: number;
  /** The stops that the reader has been at. */
  visited: readonly string[];
  /** What was answered, by prediction. */
  answers: Readonly<Record<string, Guess>>;
  /** Answered predictions whose stage shows the scenario as it was. */
  showsBefore: Readonly<Record<string, boolean>>;
  /** The option that is on, by switch. */
  turned: Readonly<Record<string, string>>;
  /** What is set, by exercise: values by field. */
  settings: Readonly<Record<string, Settings>>;
  /** What was written, by exercise. */
  texts: Readonly<Record<string, string>>;
  /** What came of mistakes that were made for real, by switch. */
  trials: Readonly<Record<string, { broken?: Trial; right?: Trial }>>;
}

export const NO_PROGRESS: Progress = {
  current: 0,
  visited: [],
  answers: {},
  showsBefore: {},
  turned: {},
  settings: {},
  texts: {},
  trials: {},
};
