/**
 * Tensors end to end in one flat tensor, and cut out of it again.
 *
 * On the CPU and WASM backends a tensor's values are in reach, and every `slice` there first copies the whole tensor:
 * cutting fifty parameters out of one would copy it fifty times. So there the values are read once.
 */
import {
  concat1d,
  getBackend,
  pad,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { product } from "../base/range";

/** All elements of some tensors, in order: [P], owned by the caller. */
export function joinFlat(tensors: readonly Tensor[]): Tensor1D {
  const [first] = tensors;
  // Not a copy: a view of the same memory.
  if (first && tensors.length === 1) return reshape(first, [first.size]);
  const flat = (part: Tensor): Tensor1D => (part.rank === 1 ? (part as Tensor1D) : reshape(part, [part.size]));
  return tidy(() => concat1d(tensors.map(flat)));
}

/** A flat tensor with zeros behind it, [size]; the same one when it is as long already. */
export function padTo(flat: Tensor1D, size: number): Tensor1D {
  return flat.size === size ? flat : pad(flat, [[0, size - flat.size]]);
}

/**
 * Cuts a flat tensor into consecutive pieces of the given shapes, owned by the caller.
 *
 * @param flat [P], P the sum of the pieces' sizes; left alone
 */
export function cutFlat(flat: Tensor1D, shapes: readonly (readonly number[])[]): Tensor[] {
  const inReach = getBackend() === "wasm" || getBackend() === "cpu";
  const values = inReach ? (flat.dataSync() as Float32Array) : null;
  let end = 0;
  return tidy(() =>
    shapes.map((shape) => {
      const start = end;
      const size = product(shape);
      end += size;
      if (values) return tensor(values.subarray(start, end), [...shape], "float32");
      return reshape(slice(flat, start, size), [...shape]);
    }),
  );
}
