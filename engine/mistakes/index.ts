/** The registry of mistakes: one line each. */
import * as axes from "./axes";
import * as dataParallel from "./dataParallel";
import * as gradientNorm from "./gradientNorm";
import * as microbatches from "./microbatches";
import type { Mistake } from "./mistake";
import * as pipeline from "./pipeline";
import * as tensorParallel from "./tensorParallel";
import * as zero from "./zero";

export type { Mistake } from "./mistake";

export const MISTAKES: readonly Mistake[] = [
  dataParallel.sumNotMean,
  dataParallel.noAllReduce,
  dataParallel.bucketForgotten,
  dataParallel.sameData,
  dataParallel.bucketTooEarly,
  dataParallel.optimizerTooEarly,
  dataParallel.otherOrder,
  dataParallel.bucketsMixedUp,
  microbatches.countedWhole,
  microbatches.overwritten,
  microbatches.leftOut,
  microbatches.otherFlatOrder,
  tensorParallel.backwardSumForgotten,
  tensorParallel.forwardSumForgotten,
  tensorParallel.biasBeforeSum,
  tensorParallel.geluBeforeSum,
  tensorParallel.gradientSummedTwice,
  tensorParallel.allHeadsOnEachRank,
  tensorParallel.ownMaximum,
  tensorParallel.ownSum,
  tensorParallel.ownTarget,
  tensorParallel.normGradientsNotSummed,
  axes.averagedAlongTp,
  axes.loadedAlongTp,
  gradientNorm.copiesCounted,
  gradientNorm.normOfOwnShard,
  gradientNorm.normBeforeAverage,
  pipeline.weightsFirst,
  pipeline.sendForgotten,
  pipeline.receiveForgotten,
  pipeline.messagesSwapped,
  zero.staleParameters,
  zero.cutDifferently,
  zero.notGatheredAgain,
];

/** @throws Error when nobody knows the mistake */
export function mistakeNamed(name: string): Mistake {
  const found = MISTAKES.find((mistake) => mistake.name === name);
  if (!found) throw new Error(`no mistake is called "${name}"`);
  return found;
}
