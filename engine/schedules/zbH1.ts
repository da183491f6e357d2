/**
 * ZB-H1: 1F1B whose backward is split, so that weight gradients fill part of the bubble, in 1F1B's memory.
 *
 * Rank r warms up with p - 1 - r forwards and lets its weight gradients lag r input gradients behind. The bubble
 * shrinks from (p - 1)(F + I + W) to (p - 1)(F + I - W). Later ranks hold on to inputs until W: every rank peaks at
 * p micro-batches, which is what 1F1B's first rank holds.
 *
 * Rules: one stage on each rank. Any number of micro-batches.
 *
 * @source Zero Bubble, arXiv:2401.10241 section 2.2
 */
import { range } from "../base/range";
import { forward } from "../program/action";
import { loopPlacement, needsOneStage, type Schedule } from "./schedule";
import { type Visit, warmAlternateDrain } from "./warmAlternateDrain";

export const zbH1: Schedule = {
  check: (shape) => needsOneStage("zb-h1", shape, "zb1p"),
  stageToRank: loopPlacement,
  cells: ({ numRanks, numMicrobatches }) =>
    range(numRanks).map((rank) =>
      warmAlternateDrain({
        forwards: range(numMicrobatches).map((i) => forward(rank, i)),
        backwards: range(numMicrobatches).map((i): Visit => [rank, i]),
        numWarmup: Math.min(numRanks - 1 - rank, numMicrobatches),
        weightLag: rank,
      }),
    ),
};
