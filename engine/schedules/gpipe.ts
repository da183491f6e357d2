/**
 * GPipe: all forwards, then all backwards, so every micro-batch is in flight at once.
 *
 * The bubble is (p - 1) / (m + p - 1) of the time: more micro-batches make it smaller and take more memory.
 * The backwards run micro-batch 0 first, as PyTorch's do.
 *
 * Rules: one stage on each rank. Any number of micro-batches.
 *
 * @source GPipe, arXiv:1811.06965; torch.distributed.pipelining ScheduleGPipe
 */
import { range } from "../base/range";
import { backward, forward } from "../program/action";
import { loopPlacement, needsOneStage, type Schedule } from "./schedule";

export const gpipe: Schedule = {
  check: (shape) => needsOneStage("gpipe", shape, "looped-bfs"),
  stageToRank: loopPlacement,
  cells: ({ numRanks, numMicrobatches }) =>
    range(numRanks).map((rank) => [
      ...range(numMicrobatches).map((i) => forward(rank, i)),
      ...range(numMicrobatches).map((i) => backward(rank, i)),
    ]),
};
