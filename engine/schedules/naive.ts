/**
 * Naive: each micro-batch finishes its backward before the next begins, so one rank works at a time.
 *
 * It is the same model cut over several devices and nothing more: what `device_map="auto"` does.
 *
 * Rules: none. Any number of ranks, stages on each and micro-batches.
 *
 * @source GPipe, arXiv:1811.06965 figure 2b
 */
import { range } from "../base/range";
import { backward, forward } from "../program/action";
import { loopPlacement, type Schedule } from "./schedule";

export const naive: Schedule = {
  check: () => {},
  stageToRank: loopPlacement,
  cells: ({ numRanks, virtual, numMicrobatches }) =>
    range(numRanks).map((rank) => {
      const stages = range(virtual).map((chunk) => chunk * numRanks + rank);
      return range(numMicrobatches).flatMap((i) => [
        ...stages.map((stage) => forward(stage, i)),
        ...stages.toReversed().map((stage) => backward(stage, i)),
      ]);
    }),
};
