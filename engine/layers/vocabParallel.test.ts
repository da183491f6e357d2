import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { crossEntropyForward, crossEntropyInputGrad } from "./crossEntropy";
import { embeddingForward, embeddingWeightGrad } from "./embedding";
import { expectClose, expectNoLeak, forEachBackend, randomIntegers, randomTensor } from "./testing";
import * as part from "./vocabParallel";

const PARTS = 3;

forEachBackend(() => {
  test.each([
    [6, 9],
    [5, 10],
    [1, 7],
  ])("%i rows of %i classes in 3 parts: loss, probabilities and gradient are the whole's", (N, V) => {
    const size = Math.max(2, Math.ceil(V / PARTS));
    const logits = randomTensor<tf.Rank.R2>("logits", [N, V], 4);
    const targets = randomIntegers("targets", N, V);
    const parts = [0, 1, 2].map((i) => ({
      start: i * size,
      size,
      numReal: Math.max(0, Math.min(size, V - i * size)),
    }));
    // Padding columns hold anything: they must not count.
    const padded = tf.pad(
      logits,
      [
        [0, 0],
        [0, PARTS * size - V],
      ],
      50,
    ) as tf.Tensor2D;
    const own = parts.map(({ start }) => tf.slice(padded, [0, start], [N, size]) as tf.Tensor2D);

    const max_N = own.map((l, i) => part.partMax(l, parts[i])).reduce((a, b) => tf.maximum(a, b));
    const sumExp_N = own.map((l, i) => part.partSumExp(l, max_N, parts[i])).reduce((a, b) => tf.add(a, b));
    const target_N = own.map((l, i) => part.partTarget(l, targets, parts[i])).reduce((a, b) => tf.add(a, b));
    const whole = crossEntropyForward(logits, targets);
    const dWhole = crossEntropyInputGrad(whole.probs_NV, targets, 1 / N);
    own.forEach((l, i) => {
      const { start, numReal } = parts[i];
      const found = { max_N, sumExp_N, target_N };
      const { loss, probs_NW } = part.partLoss(l, found, targets, N, parts[i]);
      expectClose("loss", loss, whole.loss);
      expectClose(
        "probs",
        tf.slice(probs_NW, [0, 0], [N, numReal]),
        tf.slice(whole.probs_NV, [0, start], [N, numReal]),
      );
      const grad = part.partLossInputGrad(probs_NW, targets, 1 / N, parts[i]);
      expectClose("gradient", tf.slice(grad, [0, 0], [N, numReal]), tf.slice(dWhole, [0, start], [N, numReal]));
      const padding = tf.slice(grad, [0, numReal], [N, size - numReal]);
      if (padding.size > 0) expectClose("padding's gradient", padding, tf.zerosLike(padding));
      expectNoLeak(() => part.partLoss(l, found, targets, N, parts[i]));
      expectNoLeak(() => part.partLossInputGrad(probs_NW, targets, 1 / N, parts[i]));
    });
  });

  test("the ranks' shares of an embedding add up to it, and their gradients are its rows", () => {
    const [V, D, N, size] = [8, 4, 6, 4];
    const token_VD = randomTensor<tf.Rank.R2>("token", [V, D]);
    const tokens = randomIntegers("tokens", N, V);
    const dy = randomTensor<tf.Rank.R2>("dy", [N, D]);
    const parts = [0, 4].map((start) => ({ start, size, numReal: size }));
    const rows = parts.map(({ start }) => tf.slice(token_VD, [start, 0], [size, D]) as tf.Tensor2D);
    const total = rows.map((r, i) => part.partLookup(r, tokens, parts[i])).reduce((a, b) => tf.add(a, b));
    const position_TD = tf.zeros([N, D]) as tf.Tensor2D;
    expectClose("embedding", total, embeddingForward({ token_VD, position_TD }, tokens, N));
    const whole = embeddingWeightGrad({ vocab: V, seq: N }, tokens, dy).token_VD;
    parts.forEach((p, i) => {
      expectClose(`part ${i}`, part.partLookupWeightGrad(tokens, dy, p), tf.slice(whole, [p.start, 0], [size, D]));
    });
    expect(parts).toHaveLength(2);
    expectNoLeak(() => part.partLookup(rows[0], tokens, parts[0]));
  });
});
