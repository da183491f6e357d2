/**
 * ZB1P: interleaved 1F1B whose backward is split in two. Only the input gradient I is awaited by the rank before;
 * the weight gradient W is awaited by nobody, so it fills what would be bubble.
 *
 * A hop costs one I instead of a whole backward, so rank r warms up with p - 1 - r + (v - 1) p forwards, and runs its
 * first W after I number r (from 0). With F = I = W each rank idles p - 1, a third of interleaved's.
 *
 * Rules: the micro-batches divide into max(1, m // p) rounds of one size. With one stage on each rank it is ZB-H1.
 *
 * @source Zero Bubble, arXiv:2401.10241; torch.distributed.pipelining ScheduleInterleavedZeroBubble
 */
import { range } from "../base/range";
import { needsEvenRounds, roundsOf } from "./rounds";
import { loopPlacement, type Schedule } from "./schedule";
import { warmAlternateDrain } from "./warmAlternateDrain";

export const zb1p: Schedule = {
  check: (shape) => needsEvenRounds("zb1p", shape),
  stageToRank: loopPlacement,
  cells: (shape) =>
    range(shape.numRanks).map((rank) => {
      const { forwards, backwards, roundSize } = roundsOf(shape, rank);
      const numWarmup = shape.numRanks - 1 - rank + (shape.virtual - 1) * roundSize;
      return warmAlternateDrain({
        forwards,
        backwards,
        numWarmup: Math.min(numWarmup, forwards.length),
        weightLag: rank,
      });
    }),
};
