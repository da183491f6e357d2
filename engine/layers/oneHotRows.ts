/** Indices as rows of a matrix: what gathers, scatters and picks on a backend without kernels for these. */
import { cast, oneHot, type Tensor1D, type Tensor2D, tidy } from "@tensorflow/tfjs-core";

/**
 * Row n is 1 at column indices[n] and 0 elsewhere, as float32 `[N, depth]`; depth at least 2.
 *
 * Cast, not made with `oneHot`'s own dtype argument: WASM then writes the integer 1 into the floats' bytes.
 */
export function oneHotRows(indices_N: Tensor1D, depth: number): Tensor2D {
  return tidy(() => cast<Tensor2D>(oneHot(indices_N, depth) as Tensor2D, "float32"));
}
