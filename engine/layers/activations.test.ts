import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { geluForward, geluInputGrad } from "./gelu";
import { reluForward, reluInputGrad } from "./relu";
import { tanhForward, tanhInputGrad } from "./tanh";
import { expectClose, expectNoLeak, forEachBackend, randomTensor } from "./testing";

/** As the reference writes it: 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
function naturalGelu(x: tf.Tensor): tf.Tensor {
  const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3))));
  return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
}

const ACTIVATIONS = [
  { name: "tanh", forward: tanhForward, inputGrad: tanhInputGrad, backwardReads: "y", natural: tf.tanh },
  { name: "relu", forward: reluForward, inputGrad: reluInputGrad, backwardReads: "y", natural: tf.relu },
  { name: "gelu", forward: geluForward, inputGrad: geluInputGrad, backwardReads: "x", natural: naturalGelu },
];

const SHAPES: [number, number][] = [
  [1, 1],
  [1, 9],
  [40, 25],
];

forEachBackend(() => {
  test.each(ACTIVATIONS)("$name: output and gradient agree with autodiff", (activation) => {
    for (const shape of SHAPES) {
      const x = randomTensor<tf.Rank.R2>("x", shape, 6);
      const dy = randomTensor<tf.Rank.R2>("dy", shape);
      const y = activation.forward(x);
      const saved = activation.backwardReads === "x" ? x : y;
      expectClose("y", y, activation.natural(x));
      expectClose("dx", activation.inputGrad(saved, dy), tf.grad(activation.natural)(x, dy));
      expectNoLeak(() => activation.forward(x));
      expectNoLeak(() => activation.inputGrad(saved, dy));
    }
  });

  test("at 0 and far from it: gelu and relu keep to 0 and x, and no gradient is NaN", () => {
    const x = tf.tensor2d([[-100, -20, 0, 20, 100]]);
    const ones = tf.ones<tf.Rank.R2>([1, 5]);
    expectClose("gelu", geluForward(x), tf.tensor2d([[0, 0, 0, 20, 100]]));
    expectClose("gelu's slope", geluInputGrad(x, ones), tf.tensor2d([[0, 0, 0.5, 1, 1]]));
    expectClose("relu's slope", reluInputGrad(reluForward(x), ones), tf.tensor2d([[0, 0, 0, 1, 1]]));
    expect(Array.from(tanhForward(x).dataSync())).toEqual([-1, -1, 0, 1, 1]);
  });
});
