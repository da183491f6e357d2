/**
 * ZB-H2: twice ZB-H1's warm-up and twice its lag, so that no rank waits once it has begun, if F = I = W.
 *
 * Rank r warms up with 2 (p - 1 - r) forwards and lets its weight gradients lag 2r input gradients behind. The bubble
 * is (p - 1)(F + I - 2W); the price is a peak of 2p - 1 micro-batches on every rank.
 *
 * Rules: one stage on each rank. Any number of micro-batches.
 *
 * @source Zero Bubble, arXiv:2401.10241 section 2.3
 */
import { range } from "../base/range";
import { forward } from "../program/action";
import { loopPlacement, needsOneStage, type Schedule } from "./schedule";
import { type Visit, warmAlternateDrain } from "./warmAlternateDrain";

export const zbH2: Schedule = {
  check: (shape) => needsOneStage("zb-h2", shape, "zb1p"),
  stageToRank: loopPlacement,
  cells: ({ numRanks, numMicrobatches }) =>
    range(numRanks).map((rank) =>
      warmAlternateDrain({
        forwards: range(numMicrobatches).map((i) => forward(rank, i)),
        backwards: range(numMicrobatches).map((i): Visit => [rank, i]),
        numWarmup: Math.min(2 * (numRanks - 1 - rank), numMicrobatches),
        weightLag: 2 * rank,
      }),
    ),
};
