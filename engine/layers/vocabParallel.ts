/**
 * Embedding and cross-entropy when the vocabulary is cut over the tensor-parallel ranks: each rank knows the rows
 * `start` to `start + W - 1` of the token table, and the same columns of the logits. What one rank computes is a
 * partial sum, or a partial maximum; the collectives between these functions complete it, so no rank ever sees all
 * logits.
 *
 * Letters: N rows, W the rank's part of the vocabulary (at least 2), D features. A target of -1 does not count.
 *
 * @source Megatron-LM, arXiv:1909.08053 section 3
 */
import {
  add,
  cast,
  clipByValue,
  div,
  exp,
  greaterEqual,
  less,
  log,
  logicalAnd,
  matMul,
  max,
  mul,
  reshape,
  type Scalar,
  scalar,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { oneHotRows } from "./oneHotRows";
import { matMulTN } from "./products";

/** A rank's part of the vocabulary: its columns, of which the first `numReal` exist and the rest is padding. */
export type VocabPart = { start: number; size: number; numReal: number };

/** Finite, and so low that its exponential is 0: what a padding column scores. */
const NEVER = -1e9;

/** One-hot rows over the rank's part; all zero where the index is another rank's, or -1. */
function partRows(indices_N: Tensor1D, { start, size }: VocabPart): Tensor2D {
  return tidy(() => {
    const shifted_N = sub<Tensor1D>(indices_N, scalar(start, "int32"));
    const isHere_N = logicalAnd(greaterEqual(shifted_N, scalar(0, "int32")), less(shifted_N, scalar(size, "int32")));
    const clamped_N = cast<Tensor1D>(clipByValue(shifted_N, 0, size - 1), "int32");
    return mul<Tensor2D>(oneHotRows(clamped_N, size), reshape(cast(isHere_N, "float32"), [-1, 1]));
  });
}

/** The rank's share of the embedding rows: zero where the token is another rank's. Their sum is the embedding. */
export function partLookup(token_WD: Tensor2D, tokens_N: Tensor1D, part: VocabPart): Tensor2D {
  return tidy(() => matMul<Tensor2D>(partRows(tokens_N, part), token_WD));
}

/** The gradient of the rank's rows of the token table. */
export function partLookupWeightGrad(tokens_N: Tensor1D, dy_ND: Tensor2D, part: VocabPart): Tensor2D {
  return tidy(() => matMulTN(partRows(tokens_N, part), dy_ND));
}

/** The largest logit of each row in the rank's part: [N]. */
export function partMax(logits_NW: Tensor2D, part: VocabPart): Tensor1D {
  return tidy(() => max<Tensor1D>(withoutPadding(logits_NW, part), 1));
}

/** Σ exp(logit - row maximum) over the rank's part: [N]. */
export function partSumExp(logits_NW: Tensor2D, max_N: Tensor1D, part: VocabPart): Tensor1D {
  return tidy(() => sum<Tensor1D>(exp(sub(withoutPadding(logits_NW, part), reshape(max_N, [-1, 1]))), 1));
}

/** The target's logit where the target is in the rank's part, else 0: [N]. */
export function partTarget(logits_NW: Tensor2D, targets_N: Tensor1D, part: VocabPart): Tensor1D {
  return tidy(() => sum<Tensor1D>(mul(logits_NW, partRows(targets_N, part)), 1));
}

/** The mean loss over the rows that count, and the rank's columns of the probabilities. The caller owns both. */
export function partLoss(
  logits_NW: Tensor2D,
  { max_N, sumExp_N, target_N }: { max_N: Tensor1D; sumExp_N: Tensor1D; target_N: Tensor1D },
  targets_N: Tensor1D,
  numCounted: number,
  part: VocabPart,
): { loss: Scalar; probs_NW: Tensor2D } {
  return tidy(() => {
    const losses_N = sub(add(log(sumExp_N), max_N), target_N);
    const exp_NW = exp(sub(withoutPadding(logits_NW, part), reshape(max_N, [-1, 1])));
    return {
      loss: mul<Scalar>(sum(mul(losses_N, counts(targets_N))), 1 / numCounted),
      probs_NW: div<Tensor2D>(exp_NW, reshape(sumExp_N, [-1, 1])),
    };
  });
}

/** (probs - one-hot targets) x scale for the rank's columns, zero in rows that do not count. */
export function partLossInputGrad(probs_NW: Tensor2D, targets_N: Tensor1D, scale: number, part: VocabPart): Tensor2D {
  return tidy(() =>
    mul<Tensor2D>(sub(probs_NW, partRows(targets_N, part)), reshape(mul(counts(targets_N), scale), [-1, 1])),
  );
}

function withoutPadding(logits_NW: Tensor2D, { size, numReal }: VocabPart): Tensor2D {
  if (numReal >= size) return logits_NW;
  return add(logits_NW, tensor1d(Array.from({ length: size }, (_, i) => (i < numReal ? 0 : NEVER))));
}

function counts(targets_N: Tensor1D): Tensor1D {
  return cast(greaterEqual(targets_N, scalar(0, "int32")), "float32");
}
