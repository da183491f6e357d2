/**
 * Rounds: with several stages on each rank, a rank takes a round of about `numRanks` micro-batches through each of its
 * stages in turn before the next round begins. So a micro-batch comes round the ring of ranks just when it is needed.
 *
 * @source Megatron-LM, arXiv:2104.04473 section 2.2; torch.distributed.pipelining ScheduleInterleaved1F1B, which has
 *   m // p rounds where Megatron-LM has m / p, and so allows m that p does not divide
 */
import { range } from "../base/range";
import { forward } from "../program/action";
import { refuseMicrobatches, type ScheduleShape } from "./schedule";
import type { Visit } from "./warmAlternateDrain";

const numRoundsOf = (numRanks: number, numMicrobatches: number) => Math.max(1, Math.floor(numMicrobatches / numRanks));

/** @throws Refusal unless the rounds are of one size */
export function needsEvenRounds(name: string, { numRanks, numMicrobatches }: ScheduleShape): void {
  const numRounds = numRoundsOf(numRanks, numMicrobatches);
  if (numMicrobatches % numRounds === 0) return;
  const fits = (m: number) => m % numRoundsOf(numRanks, m) === 0;
  let below = numMicrobatches - 1;
  let above = numMicrobatches + 1;
  while (!fits(below)) below -= 1;
  while (!fits(above)) above += 1;
  throw refuseMicrobatches(
    `${name} takes ${numMicrobatches} micro-batches over ${numRanks} ranks in ${numRounds} rounds of one size: ` +
      `use ${below} or ${above} micro-batches`,
  );
}

/** What one rank does, round by round: forwards take its stages first to last, backwards last to first. */
export function roundsOf({ numRanks, virtual, numMicrobatches }: ScheduleShape, rank: number) {
  const numRounds = numRoundsOf(numRanks, numMicrobatches);
  const roundSize = numMicrobatches / numRounds;
  const stages = range(virtual).map((chunk) => chunk * numRanks + rank);
  const visits = (order: readonly number[]): Visit[] =>
    range(numRounds).flatMap((round) =>
      order.flatMap((stage) => range(roundSize).map((i): Visit => [stage, round * roundSize + i])),
    );
  return {
    roundSize,
    forwards: visits(stages).map((visit) => forward(...visit)),
    backwards: visits(stages.toReversed()),
  };
}
