/**
 * Softmax and cross-entropy in one: loss = mean over rows of (log Σ exp logits - the target's logit).
 *
 * Letters: N rows, V classes (the vocabulary); at least two.
 */
import {
  log,
  max,
  mean,
  mul,
  type Scalar,
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
 */
export function crossEntropyForward(logits_NV: Tensor2D, targets_N: Tensor1D): { loss: Scalar; probs_NV: Tensor2D } {
  const V = logits_NV.shape[1];
  return tidy(() => {
    const probs_NV = softmax(logits_NV);
    const logSumExp_N = sub<Tensor1D>(max(logits_NV, 1), log(max(probs_NV, 1)));
    const targetLogit_N = sum<Tensor1D>(mul(logits_NV, oneHotRows(targets_N, V)), 1);
    return { loss: mean<Scalar>(sub(logSumExp_N, targetLogit_N)), probs_NV };
  });
}

/** (probs - one-hot targets) x scale. For the gradient of the mean of N rows the scale is 1 / N. */
export function crossEntropyInputGrad(probs_NV: Tensor2D, targets_N: Tensor1D, scale: number): Tensor2D {
  const V = probs_NV.shape[1];
  return tidy(() => mul<Tensor2D>(sub(probs_NV, oneHotRows(targets_N, V)), scale));
}
