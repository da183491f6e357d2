import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { crossEntropyForward, crossEntropyInputGrad } from "./crossEntropy";
import { expectClose, expectNoLeak, forEachBackend, randomIntegers, randomTensor } from "./testing";

function naturalCrossEntropy(targets_N: tf.Tensor1D) {
  return (logits: tf.Tensor) => {
    const oneHot = tf.cast(tf.oneHot(targets_N, logits.shape[1] as number), "float32");
    const logProbs = tf.sub(logits, tf.logSumExp(logits, 1, true));
    return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, logProbs), 1)));
  };
}

forEachBackend(() => {
  test.each([
    [1, 2],
    [1, 10],
    [6, 3],
    [50, 64],
  ])("%i rows of %i classes: loss, probabilities and gradient agree with autodiff", (N, V) => {
    const logits_NV = randomTensor<tf.Rank.R2>("logits", [N, V], 4);
    const targets_N = randomIntegers("targets", N, V);
    const natural = naturalCrossEntropy(targets_N);

    const { loss, probs_NV } = crossEntropyForward(logits_NV, targets_N);
    expectClose("loss", loss, natural(logits_NV));
    expectClose("probs", probs_NV, tf.softmax(logits_NV));
    const dLogits = tf.grad(natural)(logits_NV);
    expectClose("dLogits", crossEntropyInputGrad(probs_NV, targets_N, 1 / N), dLogits);
    expectClose("dLogits x 3", crossEntropyInputGrad(probs_NV, targets_N, 3 / N), tf.mul(dLogits, 3));

    expectNoLeak(() => crossEntropyForward(logits_NV, targets_N));
    expectNoLeak(() => crossEntropyInputGrad(probs_NV, targets_N, 1 / N));
  });

  test("logits of ±1000 give the exact loss, not infinity", () => {
    const logits = tf.tensor2d([
      [1000, -1000, 0],
      [-1000, -1000, -1000],
    ]);
    const { loss } = crossEntropyForward(logits, tf.tensor1d([1, 2], "int32"));
    expect(loss.dataSync()[0]).toBeCloseTo((2000 + Math.log(3)) / 2, 3);
  });
});
