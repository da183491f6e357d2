/**
 * Softmax and cross-entropy in one: loss = mean over rows of (log Σ exp logits - the target's logit).
 *
 * A row whose target is -1 does not count: it adds nothing to the loss, and its gradient is zero.
 *
 * Letters: N rows, V classes (the vocabulary); at least two.
 */
import {
  cast,
  greaterEqual,
  log,
  max,
  maximum,
  mul,
  reshape,
  type Scalar,
  scalar,
  softmax,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from "@tensorflow/tfjs-core";
import { oneHotRows } from "./oneHotRows";

/**
 * The loss, a scalar, and the probabilities for backward, from targets as int32. The caller owns both.
 *
 * Stable for any finite logits: log Σ exp is (largest logit) - log(largest probability), and the largest
 * probability is at least 1 / V. So softmax is the only exponential, and no logarithm is of a number near 0.
 *
 * @param numCounted rows whose target is not -1
 */
export function crossEntropyForward(
  logits_NV: Tensor2D,
  targets_N: Tensor1D,
  numCounted = targets_N.size,
): { loss: Scalar; probs_NV: Tensor2D } {
  return tidy(() => {
    const probs_NV = softmax(logits_NV);
    const logSumExp_N = sub<Tensor1D>(max(logits_NV, 1), log(max(probs_NV, 1)));
    const targetLogit_N = sum<Tensor1D>(mul(logits_NV, targetRows(targets_N, logits_NV.shape[1], numCounted)), 1);
    const losses_N = sub(logSumExp_N, targetLogit_N);
    const counted_N = numCounted < targets_N.size ? mul(losses_N, counts(targets_N)) : losses_N;
    return { loss: mul<Scalar>(sum(counted_N), 1 / numCounted), probs_NV };
  });
}

/**
 * (probs - one-hot targets) x scale, zero in rows that do not count.
 *
 * @param scale for the gradient of the mean loss, 1 / numCounted
 */
export function crossEntropyInputGrad(
  probs_NV: Tensor2D,
  targets_N: Tensor1D,
  scale: number,
  numCounted = targets_N.size,
): Tensor2D {
  return tidy(() => {
    const difference_NV = sub<Tensor2D>(probs_NV, targetRows(targets_N, probs_NV.shape[1], numCounted));
    if (numCounted === targets_N.size) return mul<Tensor2D>(difference_NV, scale);
    return mul<Tensor2D>(difference_NV, reshape(mul(counts(targets_N), scale), [-1, 1]));
  });
}

/** One-hot rows of the targets; a row that does not count stands at class 0 until it is masked. */
function targetRows(targets_N: Tensor1D, V: number, numCounted: number): Tensor2D {
  const allCount = numCounted === targets_N.size;
  return oneHotRows(allCount ? targets_N : maximum(targets_N, scalar(0, "int32")), V);
}

/** 1 for a row that counts, 0 for one that does not. */
function counts(targets_N: Tensor1D): Tensor1D {
  return cast(greaterEqual(targets_N, 0), "float32");
}
