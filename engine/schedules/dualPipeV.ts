/**
 * DualPipeV: stages in a V, and in the steady state a forward of one stage runs as one with a backward of the other.
 *
 * Each hides the other's messages; that is what it is for, and a model with free messages does not show it. Only at
 * the ends is the backward split, to fill the bubble with weight gradients: 2 (p - 1) per rank with F = I = W.
 *
 * Rules: exactly two stages on each rank, and at least as many micro-batches as stages.
 *
 * @source DeepSeek-V3, arXiv:2412.19437 section 3.2.1; github.com/deepseek-ai/DualPipe;
 *   torch.distributed.pipelining ScheduleDualPipeV
 */
import { range } from "../base/range";
import type { WorkCell } from "./cell";
import { repeat, rowWriter } from "./rowWriter";
import { needsMicrobatches, needsTwoStages, type Schedule, vPlacement } from "./schedule";

export const dualPipeV: Schedule = {
  check: (shape) => {
    needsTwoStages("dualpipev", shape);
    const numStages = 2 * shape.numRanks;
    needsMicrobatches(numStages, shape, `dualpipev needs at least as many micro-batches as stages (${numStages})`);
  },
  stageToRank: vPlacement,
  cells: ({ numRanks, numMicrobatches }) =>
    range(numRanks).map((rank) => dualPipeVRank(numRanks, rank, numMicrobatches)),
};

function dualPipeVRank(numRanks: number, rank: number, numMicrobatches: number): WorkCell[] {
  const down = rank;
  const up = 2 * numRanks - 1 - rank;
  const numAfter = numRanks - 1 - rank;
  const { cells, run, runWeightGrad, overlap } = rowWriter();
  repeat(2 * numAfter, () => run(down, "F"));
  repeat(rank + 1, () => {
    run(down, "F");
    run(up, "F");
  });
  repeat(numAfter, () => {
    run(up, "I");
    runWeightGrad();
    run(up, "F");
  });
  repeat(numMicrobatches - 2 * numRanks + rank + 1, (i) => {
    if (i === 0 && numAfter === 0) {
      // The last rank's first backward is awaited by all the others: it does not wait for a forward to share with.
      run(down, "F");
      run(up, "B");
    } else overlap(down, up);
    overlap(up, down);
  });
  repeat(numAfter, () => {
    run(up, "B");
    overlap(up, down);
  });
  repeat(2 * (rank + 1), (i) => run(i % 2 === 0 ? up : down, i <= rank ? "B" : "I"));
  repeat(numAfter, () => {
    runWeightGrad();
    run(down, "I");
  });
  repeat(rank + 1, () => runWeightGrad());
  return cells;
}
