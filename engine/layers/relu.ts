/** The rectifier, element by element. Backward needs its output only. */
import { mul, relu, step, type Tensor2D, tidy } from "@tensorflow/tfjs-core";

/** y = max(x, 0). */
export function reluForward(x_ND: Tensor2D): Tensor2D {
  return relu(x_ND);
}

/** dx = dy where y > 0, else 0 (also at x = 0, as everywhere in the field). */
export function reluInputGrad(y_ND: Tensor2D, dy_ND: Tensor2D): Tensor2D {
  return tidy(() => mul<Tensor2D>(dy_ND, step(y_ND)));
}
