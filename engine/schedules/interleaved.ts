/**
 * Interleaved 1F1B: 1F1B with several smaller stages on each rank, so that filling the pipeline takes less time.
 *
 * Rank r warms up with 2 (p - 1 - r) + (v - 1) p forwards of a stage that is v times smaller. The bubble over the
 * ideal time is (p - 1) / (v m); the price is v times the messages and more activations in flight, not fewer.
 *
 * Rules: the micro-batches divide into max(1, m // p) rounds of one size. (PyTorch's class wants at least two stages
 * on a rank; with one this is 1F1B with twice the warm-up.)
 *
 * @source Megatron-LM, arXiv:2104.04473 section 2.2; torch.distributed.pipelining ScheduleInterleaved1F1B
 */
import { range } from "../base/range";
import { needsEvenRounds, roundsOf } from "./rounds";
import { loopPlacement, type Schedule } from "./schedule";
import { warmAlternateDrain } from "./warmAlternateDrain";

export const interleaved: Schedule = {
  check: (shape) => needsEvenRounds("interleaved", shape),
  stageToRank: loopPlacement,
  cells: (shape) =>
    range(shape.numRanks).map((rank) => {
      const { forwards, backwards, roundSize } = roundsOf(shape, rank);
      const numWarmup = 2 * (shape.numRanks - 1 - rank) + (shape.virtual - 1) * roundSize;
      return warmAlternateDrain({ forwards, backwards, numWarmup: Math.min(numWarmup, forwards.length) });
    }),
};
