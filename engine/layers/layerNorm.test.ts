import * as tf from "@tensorflow/tfjs";
import { test } from "vitest";
import { layerNormForward, layerNormInputGrad, layerNormWeightGrad } from "./layerNorm";
import { expectClose, expectNoLeak, forEachBackend, randomTensor } from "./testing";

function naturalLayerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, 1, true);
  const normalised = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(normalised, weight), bias);
}

forEachBackend(() => {
  test.each([
    [1, 2],
    [1, 16],
    [7, 5],
    [48, 33],
  ])("%i rows of %i features: output and gradients agree with autodiff", (N, D) => {
    const x_ND = randomTensor<tf.Rank.R2>("x", [N, D], 2);
    const weight_D = randomTensor<tf.Rank.R1>("weight", [D]);
    const bias_D = randomTensor<tf.Rank.R1>("bias", [D]);
    const dy_ND = randomTensor<tf.Rank.R2>("dy", [N, D]);
    const [dx, dWeight, dBias] = tf.grads(naturalLayerNorm)([x_ND, weight_D, bias_D], dy_ND);

    const { y_ND, ...saved } = layerNormForward({ weight_D, bias_D }, x_ND);
    expectClose("y", y_ND, naturalLayerNorm(x_ND, weight_D, bias_D));
    expectClose("dx", layerNormInputGrad({ weight_D }, saved, dy_ND), dx);
    const grads = layerNormWeightGrad(saved, dy_ND);
    expectClose("dWeight", grads.weight_D, dWeight);
    expectClose("dBias", grads.bias_D, dBias);

    expectNoLeak(() => layerNormForward({ weight_D, bias_D }, x_ND));
    expectNoLeak(() => layerNormInputGrad({ weight_D }, saved, dy_ND));
    expectNoLeak(() => layerNormWeightGrad(saved, dy_ND));
  });

  test("a row of equal features becomes the bias, not NaN", () => {
    const bias_D = tf.tensor1d([1, 2, 3]);
    const { y_ND } = layerNormForward({ weight_D: tf.ones([3]), bias_D }, tf.fill([1, 3], 7));
    expectClose("y", y_ND, tf.tensor2d([[1, 2, 3]]));
  });
});
