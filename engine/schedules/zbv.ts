/**
 * ZB-V: zero bubble in 1F1B's memory, by placing the stages in a V.
 *
 * Rank r holds stages r and 2p - 1 - r, so the first rank has the loss as well and can begin the backward at once.
 * With F = I = W no rank waits between its first and its last action, once m >= 2p - 1. With fewer micro-batches the
 * order is that of 2p - 1 with the others left out.
 *
 * Rules: exactly two stages on each rank. Any number of micro-batches.
 *
 * @source Zero Bubble, arXiv:2401.10241 section 6; torch.distributed.pipelining ScheduleZBVZeroBubble
 */
import { range } from "../base/range";
import type { Action } from "../program/action";
import { actionsOf } from "./cell";
import { repeat, rowWriter } from "./rowWriter";
import { needsTwoStages, type Schedule, vPlacement } from "./schedule";

export const zbv: Schedule = {
  check: (shape) => needsTwoStages("zbv", shape),
  stageToRank: vPlacement,
  cells: ({ numRanks, numMicrobatches }) => {
    const numFull = Math.max(2 * numRanks - 1, numMicrobatches);
    return range(numRanks).map((rank) =>
      zbvRank(numRanks, rank, numFull).filter(({ microbatch }) => microbatch < numMicrobatches),
    );
  },
};

function zbvRank(numRanks: number, rank: number, numMicrobatches: number): Action[] {
  const down = rank;
  const up = 2 * numRanks - 1 - rank;
  const { cells, run, runWeightGrad } = rowWriter();
  const runBackward = (stage: number) => {
    run(stage, "I");
    runWeightGrad(stage);
  };
  const numFirst = 2 * (numRanks - rank) - 1;
  repeat(numFirst, () => run(down, "F"));
  repeat(rank, () => {
    run(up, "F");
    run(down, "F");
  });
  repeat(numRanks - rank, () => {
    run(up, "F");
    runBackward(up);
  });
  repeat(numMicrobatches - numRanks, (i) => {
    if (i < numMicrobatches - numFirst - rank) run(down, "F");
    runBackward(down);
    run(up, "F");
    runBackward(up);
  });
  repeat(rank, () => {
    run(down, "I");
    run(up, "I");
  });
  repeat(numRanks - rank, () => {
    run(down, "I");
    runWeightGrad(down);
  });
  repeat(rank, () => runWeightGrad(up));
  repeat(rank, () => runWeightGrad(down));
  return cells.flatMap(actionsOf);
}
