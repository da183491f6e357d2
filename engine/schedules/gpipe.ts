/**
 * GPipe: all forwards, then all backwards, so every micro-batch is in flight at once.
 *
 * The backwards run micro-batch 0 first, as PyTorch's do.
 *
 * @source GPipe, arXiv:1811.06965
 */
import { range } from "../base/range";
import { type Action, backward, forward } from "../program/action";
import type { PipelineShape } from "./shape";

/** @returns the actions of each rank; rank s runs stage s */
export function gpipe({ numStages, numMicrobatches }: PipelineShape): Action[][] {
  return range(numStages).map((stage) => [
    ...range(numMicrobatches).map((i) => forward(stage, i)),
    ...range(numMicrobatches).map((i) => backward(stage, i)),
  ]);
}
