/**
 * 1F1B ("one forward, one backward"): after a short warm-up a stage alternates one forward with one backward.
 *
 * Stage s warms up with numStages - 1 - s forwards, so at most numStages - s micro-batches are in flight on it.
 * The bubble is GPipe's. On one stage it is plain gradient accumulation.
 *
 * @source PipeDream-Flush, arXiv:2006.09503; Megatron-LM, arXiv:2104.04473 section 2.2
 */
import { range } from "../base/range";
import { type Action, backward, forward } from "../program/action";
import type { PipelineShape } from "./shape";

/** @returns the actions of each rank; rank s runs stage s */
export function oneFOneB({ numStages, numMicrobatches }: PipelineShape): Action[][] {
  return range(numStages).map((stage) => {
    const numWarmup = Math.min(numStages - 1 - stage, numMicrobatches);
    const numSteady = numMicrobatches - numWarmup;
    return [
      ...range(numWarmup).map((i) => forward(stage, i)),
      ...range(numSteady).flatMap((i) => [forward(stage, numWarmup + i), backward(stage, i)]),
      ...range(numWarmup).map((i) => backward(stage, numSteady + i)),
    ];
  });
}
