import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import {
  batchMatMulNN,
  batchMatMulNT,
  batchMatMulTN,
  columnSum,
  matMulNN,
  matMulNT,
  matMulTN,
  rowMean,
} from "./products";
import { expectClose, expectNoLeak, forEachBackend, randomTensor } from "./testing";

/** The definition, in plain loops over doubles: sums of a[g, m, k] b[g, k, n]. */
function productByDefinition(a_GMK: number[][][], b_GKN: number[][][]): tf.Tensor3D {
  return tf.tensor3d(
    a_GMK.map((a_MK, g) =>
      a_MK.map((a_K) => b_GKN[g][0].map((_, n) => a_K.reduce((total, a, k) => total + a * b_GKN[g][k][n], 0))),
    ),
  );
}

const transposed = <T extends tf.Tensor>(x: T): T =>
  tf.tidy(() => (x.rank === 2 ? tf.transpose(x) : tf.transpose(x, [0, 2, 1])));

forEachBackend(() => {
  test.each([
    [1, 1, 1],
    [1, 5, 3],
    [7, 1, 2],
    [3, 30, 8],
    [33, 17, 5],
    [5, 17, 33],
  ])("[%i,%i] by [%i]: every flavour of a product is the sum over K", (M, K, N) => {
    const a_MK = randomTensor<tf.Rank.R2>("a", [M, K]);
    const b_KN = randomTensor<tf.Rank.R2>("b", [K, N]);
    const bias_N = randomTensor<tf.Rank.R1>("bias", [N]);
    const expected = productByDefinition([a_MK.arraySync()], [b_KN.arraySync()]).as2D(M, N);
    expectClose("a b", matMulNN(a_MK, b_KN), expected);
    expectClose("a b + bias", matMulNN(a_MK, b_KN, bias_N), tf.add(expected, bias_N));
    expectClose("aᵀ b", matMulTN(transposed(a_MK), b_KN), expected);
    expectClose("a bᵀ", matMulNT(a_MK, transposed(b_KN)), expected);
  });

  test.each([
    [1, 1, 1, 1],
    [1, 4, 30, 5],
    [3, 1, 7, 4],
    [3, 4, 1, 2],
    [2, 5, 9, 1],
    [5, 7, 33, 9],
    [8, 16, 4, 16],
  ])("%i matrices [%i,%i] by [%i]: every flavour of a batched product is the sum over K", (G, M, K, N) => {
    const a_GMK = randomTensor<tf.Rank.R3>("a", [G, M, K]);
    const b_GKN = randomTensor<tf.Rank.R3>("b", [G, K, N]);
    const expected = productByDefinition(a_GMK.arraySync(), b_GKN.arraySync());
    expectClose("a b", batchMatMulNN(a_GMK, b_GKN), expected);
    expectClose("aᵀ b", batchMatMulTN(transposed(a_GMK), b_GKN), expected);
    expectClose("a bᵀ", batchMatMulNT(a_GMK, transposed(b_GKN)), expected);
  });

  test.each([
    [1, 1],
    [1, 6],
    [2, 3],
    [9, 4],
    [10, 1],
    [300, 70],
  ])("[%i,%i]: sums over rows and means over columns", (N, F) => {
    const x_NF = randomTensor<tf.Rank.R2>("x", [N, F]);
    const rows = x_NF.arraySync();
    const sums = rows[0].map((_, f) => rows.reduce((total, row) => total + row[f], 0));
    const means = rows.map((row) => [row.reduce((total, value) => total + value, 0) / F]);
    expectClose("column sums", columnSum(x_NF), tf.tensor1d(sums));
    expectClose("row means", rowMean(x_NF), tf.tensor2d(means));
  });

  test("the sum over one row is a new tensor, not a second name for its input", () => {
    const x_1F = randomTensor<tf.Rank.R2>("x", [1, 3]);
    const expected = x_1F.dataSync().slice();
    const sums = columnSum(x_1F);
    x_1F.dispose();
    expect(sums.dataSync()).toEqual(expected);
  });

  test("products and reductions leave nothing behind", () => {
    const a = randomTensor<tf.Rank.R2>("a", [4, 6]);
    const b = randomTensor<tf.Rank.R2>("b", [6, 3]);
    const bias = randomTensor<tf.Rank.R1>("bias", [3]);
    const aT = transposed(a);
    const bT = transposed(b);
    expectNoLeak(() => [matMulNN(a, b), matMulNN(a, b, bias), matMulTN(aT, b), matMulTN(b, aT), matMulNT(a, bT)]);
    const oneRow = randomTensor<tf.Rank.R2>("row", [1, 3]);
    expectNoLeak(() => [matMulNT(bT, a), columnSum(a), columnSum(oneRow), rowMean(a)]);
    const c = randomTensor<tf.Rank.R3>("c", [3, 4, 6]);
    const d = randomTensor<tf.Rank.R3>("d", [3, 6, 5]);
    const cT = transposed(c);
    const dT = transposed(d);
    expectNoLeak(() => [batchMatMulNN(c, d), batchMatMulTN(cT, d), batchMatMulNT(c, dT)]);
  });
});
