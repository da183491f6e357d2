/**
 * Causal multi-head self-attention between its two projections: for each head, y = softmax(q kᵀ / √headSize + mask) v.
 *
 * Letters: N rows = batch x seq, T positions of a sequence, H the size of a head, D = heads x H, G = heads x batch
 * with the batch inside: so one transpose brings q, k and v of all heads into place at once. The columns of `qkv`
 * are all of q, all of k, all of v; heads are contiguous inside each. A tensor-parallel shard passes its own heads
 * and is not otherwise different.
 *
 * @source Attention Is All You Need, arXiv:1706.03762, section 3.2
 */
import {
  add,
  concat,
  mul,
  reshape,
  softmax,
  split,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";
import { batchMatMulNN, batchMatMulNT, batchMatMulTN } from "./products";

export type AttentionShape = { seq: number; heads: number; headSize: number };

/** q, k, v `[G, T, H]` and the probabilities `[G, T, T]`: what backward needs. */
export type AttentionSaved = { q: Tensor3D; k: Tensor3D; v: Tensor3D; probs: Tensor3D };

/** Finite, so that no backend meets ∞ - ∞, and large enough that `exp` of it is exactly 0. */
const HIDDEN = -1e9;

/** The mask that is added to the scores: 0 where query t may look at key s (s <= t), hugely negative elsewhere. */
export function causalMask(seq: number): Tensor2D {
  const values = Float32Array.from({ length: seq * seq }, (_, i) => (i % seq <= Math.floor(i / seq) ? 0 : HIDDEN));
  return tensor2d(values, [seq, seq]);
}

/** The output and what backward needs. The caller owns all five. */
export function attentionForward(
  { seq, heads, headSize }: AttentionShape,
  qkv_N3D: Tensor2D,
  mask_TT: Tensor2D,
): { y_ND: Tensor2D } & AttentionSaved {
  return tidy(() => {
    const qkv_3GTH: Tensor3D = reshape(splitHeads(qkv_N3D, 3 * heads, headSize), [-1, seq, headSize]);
    const [q, k, v] = split<Tensor3D>(qkv_3GTH, 3, 0);
    const scores_GTT = mul(batchMatMulNT(q, k), 1 / Math.sqrt(headSize));
    const probs = softmax(add<Tensor3D>(scores_GTT, mask_TT));
    return { y_ND: joinHeads(batchMatMulNN(probs, v), heads, headSize), q, k, v, probs };
  });
}

/**
 * The gradient of qkv. With P the probabilities: dv = Pᵀ dy, dP = dy vᵀ, and through the softmax
 * dS = P (dP - Σ_s P dP) / √headSize, so dq = dS k and dk = dSᵀ q.
 */
export function attentionInputGrad(
  { seq, heads, headSize }: AttentionShape,
  { q, k, v, probs }: AttentionSaved,
  dy_ND: Tensor2D,
): Tensor2D {
  return tidy(() => {
    const dy_GTH: Tensor3D = reshape(splitHeads(dy_ND, heads, headSize), [-1, seq, headSize]);
    const weighted_GTT = mul<Tensor3D>(probs, batchMatMulNT(dy_GTH, v));
    const dSoftmax_GTT = sub(weighted_GTT, mul(probs, sum(weighted_GTT, 2, true)));
    const dScores_GTT = mul<Tensor3D>(dSoftmax_GTT, 1 / Math.sqrt(headSize));
    const dq = batchMatMulNN(dScores_GTT, k);
    const dk = batchMatMulTN(dScores_GTT, q);
    const dv = batchMatMulTN(probs, dy_GTH);
    return joinHeads(concat([dq, dk, dv], 0), 3 * heads, headSize);
  });
}

/** Columns to heads: [N, heads x H] -> [heads, N, H]. */
function splitHeads(x: Tensor2D, heads: number, headSize: number): Tensor3D {
  return transpose(reshape(x, [-1, heads, headSize]) as Tensor3D, [1, 0, 2]);
}

/** The inverse of `splitHeads`, from any shape with the same order of elements. */
function joinHeads(x: Tensor, heads: number, headSize: number): Tensor2D {
  const byRow = transpose(reshape(x, [heads, -1, headSize]) as Tensor3D, [1, 0, 2]);
  return reshape(byRow, [-1, heads * headSize]);
}
