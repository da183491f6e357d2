/**
 * Looped BFS ("breadth first"): GPipe with several stages on each rank, one after another round the ring of ranks.
 *
 * A rank runs all micro-batches through its first stage, then all through its second, and back the same way. The
 * bubble is GPipe's, of stages that are `virtual` times smaller. The backwards run the last micro-batch first.
 *
 * Rules: none. Any number of ranks, stages on each and micro-batches. (PyTorch's class wants at least two stages on
 * a rank; with one this is GPipe with the backwards reversed.)
 *
 * @source Breadth-First Pipeline Parallelism, arXiv:2211.05953; torch.distributed.pipelining ScheduleLoopedBFS
 */
import { range } from "../base/range";
import { backward, forward } from "../program/action";
import { loopPlacement, type Schedule } from "./schedule";

export const loopedBfs: Schedule = {
  check: () => {},
  stageToRank: loopPlacement,
  cells: ({ numRanks, virtual, numMicrobatches }) =>
    range(numRanks).map((rank) => {
      const stages = range(virtual).map((chunk) => chunk * numRanks + rank);
      const microbatches = range(numMicrobatches);
      return [
        ...stages.flatMap((stage) => microbatches.map((i) => forward(stage, i))),
        ...stages.toReversed().flatMap((stage) => microbatches.toReversed().map((i) => backward(stage, i))),
      ];
    }),
};
