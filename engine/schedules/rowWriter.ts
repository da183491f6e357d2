/**
 * Writes one rank's row when each of its stages takes the micro-batches in order: it counts them, and remembers the
 * input gradients whose weight gradient is still to be run.
 */
import { type Action, type ActionKind, formatAction } from "../program/action";
import type { WorkCell } from "./cell";

export function rowWriter() {
  const cells: WorkCell[] = [];
  const counts = new Map<string, number>();
  const waiting: Action[] = [];

  function next(stage: number, kind: ActionKind): Action {
    const counter = formatAction({ stage, kind: kind === "F" ? "F" : "B", microbatch: 0 });
    const microbatch = counts.get(counter) ?? 0;
    counts.set(counter, microbatch + 1);
    const action = { stage, kind, microbatch };
    if (kind === "I") waiting.push({ ...action, kind: "W" });
    return action;
  }

  return {
    cells,
    /** The stage's next micro-batch: forward, input gradient or full backward. */
    run(stage: number, kind: "F" | "I" | "B"): void {
      cells.push(next(stage, kind));
    },
    /** The oldest weight gradient that waits, of one stage or of any; nothing when none does. */
    runWeightGrad(stage?: number): void {
      const index = waiting.findIndex((action) => stage === undefined || action.stage === stage);
      if (index >= 0) cells.push(...waiting.splice(index, 1));
    },
    /** A forward of one stage and a full backward of another, run as one so that each hides the other's messages. */
    overlap(forwardStage: number, backwardStage: number): void {
      cells.push({ kind: "OVERLAP_F_B", parts: [next(forwardStage, "F"), next(backwardStage, "B")] });
    },
  };
}

/** Does something `count` times; not at all when `count` is negative. */
export function repeat(count: number, what: (i: number) => void): void {
  for (let i = 0; i < count; i++) what(i);
}
