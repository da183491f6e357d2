import * as tf from "@tensorflow/tfjs";
import { test } from "vitest";
import { linearForward, linearInputGrad, linearWeightGrad } from "./linear";
import { expectClose, expectNoLeak, forEachBackend, randomTensor } from "./testing";

const SIZES = [
  [1, 1, 1],
  [1, 6, 4],
  [10, 3, 1],
  [24, 5, 17],
  [24, 17, 5],
];

forEachBackend(() => {
  test.each(SIZES)("%i rows, %i to %i features: output and gradients agree with autodiff", (N, D, F) => {
    const x_ND = randomTensor<tf.Rank.R2>("x", [N, D]);
    const w_DF = randomTensor<tf.Rank.R2>("w", [D, F]);
    const b_F = randomTensor<tf.Rank.R1>("b", [F]);
    const dy_NF = randomTensor<tf.Rank.R2>("dy", [N, F]);
    const natural = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(tf.matMul(x, w), b);
    const [dx, dw, db] = tf.grads(natural)([x_ND, w_DF, b_F], dy_NF);

    expectClose("y", linearForward({ w_DF, b_F }, x_ND), natural(x_ND, w_DF, b_F));
    expectClose("y without bias", linearForward({ w_DF }, x_ND), tf.matMul(x_ND, w_DF));
    expectClose("dx", linearInputGrad({ w_DF }, dy_NF), dx);
    const grads = linearWeightGrad(x_ND, dy_NF, true);
    expectClose("dw", grads.w_DF, dw);
    expectClose("db", grads.b_F as tf.Tensor, db);
    expectClose("dw without bias", linearWeightGrad(x_ND, dy_NF, false).w_DF, dw);

    expectNoLeak(() => [linearForward({ w_DF, b_F }, x_ND), linearForward({ w_DF }, x_ND)]);
    expectNoLeak(() => linearInputGrad({ w_DF }, dy_NF));
    expectNoLeak(() => linearWeightGrad(x_ND, dy_NF, true));
    expectNoLeak(() => linearWeightGrad(x_ND, dy_NF, false));
  });
});
