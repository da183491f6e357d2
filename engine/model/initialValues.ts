/** The numbers that a parameter starts with. No tensors: a page may show them before any are made. */
import { drawUniform } from "../base/random";
import { product } from "../base/range";
import type { Parameter } from "./model";

/** A whole parameter's starting values, row-major; see the reference's definition of the seeds. */
export function initialValues({ name, fullShape, initial }: Parameter, seed: number): Float32Array {
  const count = product(fullShape);
  return initial.kind === "constant"
    ? new Float32Array(count).fill(initial.value)
    : drawUniform(name, seed, count, initial.bound);
}
