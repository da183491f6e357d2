/**
 * Layer normalisation over the features of each row: y = x̂ w + b, x̂ = (x - mean) / √(variance + ε), with the
 * variance of the population.
 *
 * Letters: N rows, D features. `rstd` is 1 / √(variance + ε).
 *
 * @source Layer Normalization, arXiv:1607.06450
 */
import { add, mul, rsqrt, square, sub, type Tensor1D, type Tensor2D, tidy } from "@tensorflow/tfjs-core";
import { columnSum, rowMean } from "./products";

export type LayerNormParams = { weight_D: Tensor1D; bias_D: Tensor1D };
export type LayerNormSaved = { xhat_ND: Tensor2D; rstd_N1: Tensor2D };

const EPSILON = 1e-5;

/** The output and what backward needs. The caller owns all three. */
export function layerNormForward(
  { weight_D, bias_D }: LayerNormParams,
  x_ND: Tensor2D,
): { y_ND: Tensor2D } & LayerNormSaved {
  return tidy(() => {
    const centred_ND = sub<Tensor2D>(x_ND, rowMean(x_ND));
    const rstd_N1 = rsqrt(add<Tensor2D>(rowMean(square(centred_ND)), EPSILON));
    const xhat_ND = mul<Tensor2D>(centred_ND, rstd_N1);
    return { y_ND: add<Tensor2D>(mul(xhat_ND, weight_D), bias_D), xhat_ND, rstd_N1 };
  });
}

/** With g = dy w: dx = rstd (g - mean g - x̂ mean(g x̂)), both means over the features of a row. */
export function layerNormInputGrad(
  { weight_D }: Pick<LayerNormParams, "weight_D">,
  { xhat_ND, rstd_N1 }: LayerNormSaved,
  dy_ND: Tensor2D,
): Tensor2D {
  return tidy(() => {
    const g_ND = mul<Tensor2D>(dy_ND, weight_D);
    const alongXhat_ND = mul(xhat_ND, rowMean(mul(g_ND, xhat_ND)));
    return mul<Tensor2D>(sub(sub(g_ND, rowMean(g_ND)), alongXhat_ND), rstd_N1);
  });
}

/** dw = Σ_N dy x̂, db = Σ_N dy. The caller owns both. */
export function layerNormWeightGrad({ xhat_ND }: Pick<LayerNormSaved, "xhat_ND">, dy_ND: Tensor2D): LayerNormParams {
  return tidy(() => ({ weight_D: columnSum(mul(dy_ND, xhat_ND)), bias_D: columnSum(dy_ND) }));
}
