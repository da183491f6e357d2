import * as tf from "@tensorflow/tfjs";
import { test } from "vitest";
import { embeddingForward, embeddingWeightGrad } from "./embedding";
import { expectClose, expectNoLeak, forEachBackend, randomIntegers, randomTensor } from "./testing";

/** With one-hot rows: the gradient of `gather` needs a kernel that WASM lacks. */
function naturalEmbedding(tokens_N: tf.Tensor1D, batch: number) {
  return (token: tf.Tensor, position: tf.Tensor) => {
    const oneHot = tf.cast(tf.oneHot(tokens_N, token.shape[0]), "float32");
    return tf.add(tf.matMul(oneHot, token), tf.tile(position, [batch, 1]));
  };
}

forEachBackend(() => {
  test.each([
    [1, 1, 2, 1],
    [1, 5, 7, 3],
    [4, 1, 7, 3],
    [3, 6, 10, 8],
    [12, 6, 10, 8],
    [2, 9, 300, 5],
  ])("batch %i, seq %i, vocabulary %i, %i features: rows and gradients agree with autodiff", (batch, seq, V, D) => {
    const tokens_N = randomIntegers("tokens", batch * seq, V);
    const token_VD = randomTensor<tf.Rank.R2>("token", [V, D]);
    const position_TD = randomTensor<tf.Rank.R2>("position", [seq, D]);
    const dy_ND = randomTensor<tf.Rank.R2>("dy", [batch * seq, D]);
    const natural = naturalEmbedding(tokens_N, batch);
    const [dToken, dPosition] = tf.grads(natural)([token_VD, position_TD], dy_ND);

    expectClose("y", embeddingForward({ token_VD, position_TD }, tokens_N, seq), natural(token_VD, position_TD));
    const grads = embeddingWeightGrad({ vocab: V, seq }, tokens_N, dy_ND);
    expectClose("dToken", grads.token_VD, dToken);
    expectClose("dPosition", grads.position_TD, dPosition);

    expectNoLeak(() => embeddingForward({ token_VD, position_TD }, tokens_N, seq));
    expectNoLeak(() => embeddingWeightGrad({ vocab: V, seq }, tokens_N, dy_ND));
  });
});
