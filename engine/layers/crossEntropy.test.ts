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

  test("rows with target -1 change neither loss nor gradient of the others, and get none", () => {
    const logits_NV = randomTensor<tf.Rank.R2>("logits", [4, 5], 4);
    const counted = tf.gather(logits_NV, [1, 3]) as tf.Tensor2D;
    const expected = crossEntropyForward(counted, tf.tensor1d([2, 4], "int32"));
    const targets_N = tf.tensor1d([-1, 2, -1, 4], "int32");
    const { loss, probs_NV } = crossEntropyForward(logits_NV, targets_N, 2);
    expectClose("loss", loss, expected.loss);
    const grad = crossEntropyInputGrad(probs_NV, targets_N, 1 / 2, 2);
    const expectedGrad = crossEntropyInputGrad(expected.probs_NV, tf.tensor1d([2, 4], "int32"), 1 / 2);
    expectClose("counted rows", tf.gather(grad, [1, 3]), expectedGrad);
    expectClose("other rows", tf.gather(grad, [0, 2]), tf.zeros([2, 5]));
    expectNoLeak(() => crossEntropyForward(logits_NV, targets_N, 2));
    expectNoLeak(() => crossEntropyInputGrad(probs_NV, targets_N, 1 / 2, 2));
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
