import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { attentionForward, attentionInputGrad, causalMask } from "./attention";
import { expectClose, expectNoLeak, forEachBackend, randomTensor } from "./testing";

/** As the definition reads: [batch, heads, seq, headSize] for each of q, k and v, hidden scores at -1e30. */
function naturalAttention(qkv: tf.Tensor, batch: number, seq: number, heads: number, headSize: number): tf.Tensor {
  const perHead = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [batch, seq, heads, headSize]), [0, 2, 1, 3]);
  const [q, k, v] = tf.split(qkv, 3, 1).map(perHead);
  const visible = tf.linalg.bandPart(tf.ones([seq, seq]), -1, 0);
  const mask = tf.mul(tf.sub(visible, 1), 1e30);
  const scores = tf.add(tf.div(tf.matMul(q, k, false, true), Math.sqrt(headSize)), mask);
  const mixed = tf.matMul(tf.softmax(scores), v);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * seq, heads * headSize]);
}

const elements = (tensors: tf.Tensor[]) => tensors.reduce((total, { size }) => total + size, 0);

forEachBackend(() => {
  test.each([
    [1, 1, 1, 1],
    [1, 1, 2, 3],
    [3, 1, 1, 4],
    [1, 6, 1, 5],
    [2, 7, 3, 4],
    [4, 32, 2, 16],
    [1, 40, 4, 8],
  ])("batch %i, seq %i, %i heads of %i: output and gradient agree with autodiff", (batch, seq, heads, headSize) => {
    const shape = { seq, heads, headSize };
    const N = batch * seq;
    const D = heads * headSize;
    const qkv_N3D = randomTensor<tf.Rank.R2>("qkv", [N, 3 * D], 2);
    const dy_ND = randomTensor<tf.Rank.R2>("dy", [N, D]);
    const mask_TT = causalMask(seq);
    const natural = (qkv: tf.Tensor) => naturalAttention(qkv, batch, seq, heads, headSize);

    const { y_ND, ...saved } = attentionForward(shape, qkv_N3D, mask_TT);
    expectClose("y", y_ND, natural(qkv_N3D));
    expectClose("dqkv", attentionInputGrad(shape, saved, dy_ND), tf.grad(natural)(qkv_N3D, dy_ND));
    expect(elements([saved.q, saved.k, saved.v, saved.probs])).toBe(3 * N * D + batch * heads * seq * seq);

    expectNoLeak(() => attentionForward(shape, qkv_N3D, mask_TT));
    expectNoLeak(() => attentionInputGrad(shape, saved, dy_ND));
  });

  test("a later token does not change earlier outputs", () => {
    const shape = { seq: 4, heads: 2, headSize: 3 };
    const qkv = randomTensor<tf.Rank.R2>("qkv", [4, 18]);
    const changed = tf.concat([qkv.slice([0, 0], [3, 18]), tf.fill([1, 18], 5)]) as tf.Tensor2D;
    const first3 = (x: tf.Tensor2D) => attentionForward(shape, x, causalMask(4)).y_ND.slice([0, 0], [3, 6]);
    expect(first3(changed).arraySync()).toEqual(first3(qkv).arraySync());
  });

  test("two shards of the heads, side by side, are the whole", () => {
    const qkv = randomTensor<tf.Rank.R2>("qkv", [10, 3 * 16]);
    const dy = randomTensor<tf.Rank.R2>("dy", [10, 16]);
    const mask = causalMask(5);
    const whole = { seq: 5, heads: 4, headSize: 4 };
    const shard = { ...whole, heads: 2 };
    const { y_ND, ...saved } = attentionForward(whole, qkv, mask);
    const wholeGrad = tf.split<tf.Tensor2D>(attentionInputGrad(whole, saved, dy), 3, 1);
    for (const rank of [0, 1]) {
      const half = (x: tf.Tensor2D) => tf.split<tf.Tensor2D>(x, 2, 1)[rank];
      const qkvShard = tf.concat(tf.split<tf.Tensor2D>(qkv, 3, 1).map(half), 1);
      const { y_ND: y_Nd, ...savedShard } = attentionForward(shard, qkvShard, mask);
      expectClose(`y of rank ${rank}`, y_Nd, half(y_ND));
      const gradShard = attentionInputGrad(shard, savedShard, half(dy));
      expectClose(`dqkv of rank ${rank}`, gradShard, tf.concat(wholeGrad.map(half), 1));
    }
  });
});
