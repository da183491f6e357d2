/**
 * The linear layer, y = x W + b.
 *
 * Letters: N rows (samples x positions), D input features, F output features. A shard passes its own part of W:
 * the arithmetic is the same.
 */
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { columnSum, matMulNN, matMulNT, matMulTN } from "./products";

export type LinearParams = { w_DF: Tensor2D; b_F?: Tensor1D };

/** y = x W + b. The caller owns the result. */
export function linearForward({ w_DF, b_F }: LinearParams, x_ND: Tensor2D): Tensor2D {
  return matMulNN(x_ND, w_DF, b_F);
}

/** dx = dy Wᵀ. The caller owns the result. */
export function linearInputGrad({ w_DF }: Pick<LinearParams, "w_DF">, dy_NF: Tensor2D): Tensor2D {
  return matMulNT(dy_NF, w_DF);
}

/** dW = xᵀ dy, db = Σ_N dy. The caller owns both. */
export function linearWeightGrad(x_ND: Tensor2D, dy_NF: Tensor2D, hasBias: boolean): LinearParams {
  const w_DF = matMulTN(x_ND, dy_NF);
  return hasBias ? { w_DF, b_F: columnSum(dy_NF) } : { w_DF };
}
