/**
 * Token and position embedding: row n of y is token[tokens[n]] + position[n mod seq].
 *
 * Letters: N rows = batch x seq, V the vocabulary, T positions of a sequence, D features.
 */
import {
  add,
  gather,
  getBackend,
  matMul,
  reshape,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tidy,
} from "@tensorflow/tfjs-core";
import { oneHotRows } from "./oneHotRows";
import { columnSum, matMulTN } from "./products";

export type EmbeddingParams = { token_VD: Tensor2D; position_TD: Tensor2D };

/** On WASM `gather` costs 3.6 µs a row of 64; below about this vocabulary a product with one-hot rows is faster. */
const LARGEST_ONE_HOT_VOCAB = 256;

/** y, from tokens as int32. The caller owns the result. */
export function embeddingForward(
  { token_VD, position_TD }: EmbeddingParams,
  tokens_N: Tensor1D,
  seq: number,
): Tensor2D {
  const V = token_VD.shape[0];
  return tidy(() => {
    const useOneHot = getBackend() === "wasm" && V >= 2 && V <= LARGEST_ONE_HOT_VOCAB;
    const rows_ND = useOneHot ? matMul<Tensor2D>(oneHotRows(tokens_N, V), token_VD) : gather(token_VD, tokens_N);
    return addPositions(position_TD, rows_ND, seq);
  });
}

/** Adds position[n mod seq] to each row. */
export function addPositions(position_TD: Tensor2D, x_ND: Tensor2D, seq: number): Tensor2D {
  const D = x_ND.shape[1];
  return tidy(() => reshape(add(reshape(x_ND, [-1, seq, D]) as Tensor3D, position_TD), [-1, D]) as Tensor2D);
}

/** The gradient of the positions: the sum over the batch. */
export function positionsWeightGrad(dy_ND: Tensor2D, seq: number): Tensor2D {
  const D = dy_ND.shape[1];
  return tidy(() => reshape(columnSum(reshape(dy_ND, [-1, seq * D]) as Tensor2D), [seq, D]) as Tensor2D);
}

/**
 * The gradient of a table row is the sum of the gradients of the rows that used it: one-hotᵀ dy for the tokens (WASM
 * has no scatter-add), the sum over the batch for the positions. The caller owns both.
 */
export function embeddingWeightGrad(
  { vocab, seq }: { vocab: number; seq: number },
  tokens_N: Tensor1D,
  dy_ND: Tensor2D,
): EmbeddingParams {
  return tidy(() => ({
    token_VD: matMulTN(oneHotRows(tokens_N, vocab), dy_ND),
    position_TD: positionsWeightGrad(dy_ND, seq),
  }));
}
