/** Naive: each micro-batch finishes its backward before the next begins, so one stage works at a time. */
import { range } from "../base/range";
import { type Action, backward, forward } from "../program/action";
import type { PipelineShape } from "./shape";

/** @returns the actions of each rank; rank s runs stage s */
export function naive({ numStages, numMicrobatches }: PipelineShape): Action[][] {
  return range(numStages).map((stage) =>
    range(numMicrobatches).flatMap((i) => [forward(stage, i), backward(stage, i)]),
  );
}
