/** The hyperbolic tangent, element by element. Backward needs its output only. */
import { mul, square, sub, type Tensor2D, tanh, tidy } from "@tensorflow/tfjs-core";

/** y = tanh x. */
export function tanhForward(x_ND: Tensor2D): Tensor2D {
  return tanh(x_ND);
}

/** dx = dy (1 - y²). */
export function tanhInputGrad(y_ND: Tensor2D, dy_ND: Tensor2D): Tensor2D {
  return tidy(() => mul<Tensor2D>(dy_ND, sub(1, square(y_ND))));
}
