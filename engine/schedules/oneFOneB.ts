/**
 * 1F1B ("one forward, one backward"): after a short warm-up a rank alternates one forward with one backward.
 *
 * Rank r warms up with p - 1 - r forwards, so at most p - r micro-batches are in flight on it, against all of them
 * for GPipe. The bubble is GPipe's. On one rank it is plain gradient accumulation.
 *
 * Rules: one stage on each rank, and at least as many micro-batches as ranks.
 *
 * @source PipeDream-Flush, arXiv:2006.09503; Megatron-LM, arXiv:2104.04473 section 2.2; torch.distributed.pipelining
 *   Schedule1F1B
 */
import { range } from "../base/range";
import { forward } from "../program/action";
import { loopPlacement, needsMicrobatches, needsOneStage, type Schedule } from "./schedule";
import { type Visit, warmAlternateDrain } from "./warmAlternateDrain";

export const oneFOneB: Schedule = {
  check: (shape) => {
    needsOneStage("1f1b", shape, "interleaved");
    needsMicrobatches(shape.numRanks, shape, `1f1b needs at least as many micro-batches as stages (${shape.numRanks})`);
  },
  stageToRank: loopPlacement,
  cells: ({ numRanks, numMicrobatches }) =>
    range(numRanks).map((rank) =>
      warmAlternateDrain({
        forwards: range(numMicrobatches).map((i) => forward(rank, i)),
        backwards: range(numMicrobatches).map((i): Visit => [rank, i]),
        numWarmup: Math.min(numRanks - 1 - rank, numMicrobatches),
      }),
    ),
};
