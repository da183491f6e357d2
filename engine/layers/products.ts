/**
 * Matrix products and the two reductions that every layer is built of, each in the formulation that is fastest
 * on the current backend. The results do not depend on the choice beyond rounding.
 *
 * Letters: M and N rows and columns of the result, K the dimension summed over, G a batch of matrices.
 *
 * Why not always tfjs's transpose flags: the WASM backend has a vectorised product (XNNPACK) for two plain
 * matrices only; a flag or a batch sends it to scalar loops. Measured on one thread in Node 20, with fresh operands:
 * medians of 20 alternated repetitions, as a fraction of the plain tfjs operation in the last column.
 *
 * | product                         | formulation on WASM                        | time | of               |
 * |---------------------------------|--------------------------------------------|------|------------------|
 * | [256,64]ᵀ [256,256]             | (bᵀ a)ᵀ                                    | 0.13 | `matMul`, flag   |
 * | [256,256]ᵀ [256,64]             | aᵀ b, transposed first                     | 0.09 | `matMul`, flag   |
 * | [256,256] [64,256]ᵀ             | a bᵀ, transposed first                     | 0.11 | `matMul`, flag   |
 * | [32,256] [64,256]ᵀ              | (b aᵀ)ᵀ                                    | 0.17 | `matMul`, flag   |
 * | 32 x [32,16] [32,16]ᵀ           | depthwise convolution, `batchByConvolution`| 0.29 | `matMul`, flag   |
 * | 32 x [32,32] [32,16]            | the same                                   | 0.35 | `matMul`         |
 * | 32 x [32,32]ᵀ [32,16]           | the same                                   | 0.37 | `matMul`, flag   |
 * | 16 x [64,64] [64,32]            | the same                                   | 0.23 | `matMul`         |
 * | Σ over the rows of [256,64]     | average pooling times N                    | 0.55 | `sum(x, 0)`      |
 * | Σ over the rows of [256,256]    | the same; a row of ones costs three times  | 0.16 | `sum(x, 0)`      |
 * | mean over columns of [256,64]   | `mean`; a product with 1/D is 1.36 of it   | 1    | `mean(x, 1)`     |
 *
 * Which of the two matrices ends on the right matters by up to 1.8 times, because XNNPACK repacks its right-hand one
 * (about 4 ns an element) when it meets it first: the smaller goes there. The bias costs nothing inside the product.
 */
import {
  avgPool,
  clone,
  depthwiseConv2d,
  fused,
  getBackend,
  matMul,
  mean,
  mul,
  reshape,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";

const onWasm = () => getBackend() === "wasm";

/** a b, plus a bias on every row if there is one. */
export function matMulNN(a_MK: Tensor2D, b_KN: Tensor2D, bias_N?: Tensor1D): Tensor2D {
  if (bias_N === undefined) return matMul(a_MK, b_KN);
  return fused.matMul({ a: a_MK, b: b_KN, bias: bias_N }) as Tensor2D;
}

/** aᵀ b. */
export function matMulTN(a_KM: Tensor2D, b_KN: Tensor2D): Tensor2D {
  if (!onWasm()) return matMul(a_KM, b_KN, true, false);
  return tidy(() =>
    a_KM.shape[1] < b_KN.shape[1]
      ? transpose(matMul<Tensor2D>(transpose(b_KN), a_KM))
      : matMul<Tensor2D>(transpose(a_KM), b_KN),
  );
}

/** a bᵀ. */
export function matMulNT(a_MK: Tensor2D, b_NK: Tensor2D): Tensor2D {
  if (!onWasm()) return matMul(a_MK, b_NK, false, true);
  return tidy(() =>
    a_MK.shape[0] < b_NK.shape[0]
      ? transpose(matMul<Tensor2D>(b_NK, transpose(a_MK)))
      : matMul<Tensor2D>(a_MK, transpose(b_NK)),
  );
}

/** a b for each matrix of a batch. */
export function batchMatMulNN(a_GMK: Tensor3D, b_GKN: Tensor3D): Tensor3D {
  if (!onWasm()) return matMul(a_GMK, b_GKN);
  return tidy(() => transpose(batchByConvolution(batchLast(a_GMK), transpose(b_GKN, [1, 0, 2])), [1, 0, 2]));
}

/** a bᵀ for each matrix of a batch. */
export function batchMatMulNT(a_GMK: Tensor3D, b_GNK: Tensor3D): Tensor3D {
  if (!onWasm()) return matMul(a_GMK, b_GNK, false, true);
  return tidy(() => transpose(batchByConvolution(batchLast(a_GMK), transpose(b_GNK, [2, 0, 1])), [1, 0, 2]));
}

/** aᵀ b for each matrix of a batch. */
export function batchMatMulTN(a_GKM: Tensor3D, b_GKN: Tensor3D): Tensor3D {
  if (!onWasm()) return matMul(a_GKM, b_GKN, true, false);
  // As (bᵀ a)ᵀ: in attention a is the larger of the two, and this way it needs the cheaper transpose.
  return tidy(() => transpose(batchByConvolution(transpose(b_GKN, [2, 1, 0]), transpose(a_GKM, [1, 0, 2])), [1, 2, 0]));
}

/** Σ over rows: [N, F] -> [F]. */
export function columnSum(x_NF: Tensor2D): Tensor1D {
  const [N, F] = x_NF.shape;
  if (!onWasm()) return sum(x_NF, 0);
  return tidy(() => {
    // XNNPACK refuses a pool of one element.
    if (N === 1) return clone(reshape(x_NF, [F]));
    const image: Tensor4D = reshape(x_NF, [1, N, 1, F]);
    return mul(reshape(avgPool(image, [N, 1], 1, "valid"), [F]), N) as Tensor1D;
  });
}

/** Mean over columns: [N, D] -> [N, 1]. */
export function rowMean(x_ND: Tensor2D): Tensor2D {
  return mean(x_ND, 1, true);
}

/**
 * A batch of products as one depthwise convolution, the only vectorised kernel on WASM whose weights differ by group.
 *
 * A depthwise convolution gives each input channel its own filters. Let the channel be the matrix of the batch,
 * the filter's positions K and its multiplier N, and slide it over M rows of K pixels, so that it fits one way:
 * out[m, g, n] = Σ_k a[m, k, g] b[k, g, n].
 */
function batchByConvolution(a_MKG: Tensor3D, b_KGN: Tensor3D): Tensor3D {
  const [M, K, G] = a_MKG.shape;
  const N = b_KGN.shape[2];
  const image: Tensor4D = reshape(a_MKG, [1, M, K, G]);
  const filters: Tensor4D = reshape(b_KGN, [1, K, G, N]);
  return reshape(depthwiseConv2d(image, filters, 1, "valid"), [M, G, N]);
}

/** [G, M, K] -> [M, K, G] as a transpose of two dimensions, for which WASM has a faster loop than for three. */
function batchLast(x_GMK: Tensor3D): Tensor3D {
  const [G, M, K] = x_GMK.shape;
  return reshape(transpose(reshape(x_GMK, [G, M * K])), [M, K, G]);
}
