/**
 * What the tests of tensor code share: a backend in Node, comparison with a tolerance, and a leak check.
 *
 * For tests only: it imports the whole of tfjs, with its gradients, which the page must not load.
 */
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect } from "vitest";
import { drawUniform } from "../base/random";
import { product } from "../base/range";

export type BackendName = "cpu" | "wasm";

/** Make a backend the current one, in Node. */
export async function useBackend(name: BackendName): Promise<void> {
  if (name === "wasm") {
    setWasmPaths(fileURLToPath(new URL("../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
  }
  // No advice to install the native Node backend, and a check that no kernel leaks inside the backend.
  tf.env().set("IS_TEST", true);
  if (!(await tf.setBackend(name))) throw new Error(`The backend ${name} did not start.`);
  await tf.ready();
}

/** Declare the same tests once on each backend that is 32-bit on every machine. */
export function forEachBackend(declareTests: (name: BackendName) => void): void {
  describe.each<BackendName>(["cpu", "wasm"])("on %s", (name) => {
    beforeAll(() => useBackend(name));
    declareTests(name);
  });
}

/** A tensor of numbers in [-bound, bound), the same ones for the same name and shape. */
export function randomTensor<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R], bound = 1): tf.Tensor<R> {
  return tf.tensor<R>(drawUniform(name, 7, product(shape as number[]), bound), shape, "float32");
}

/** Integers in [0, end) as an int32 vector. */
export function randomIntegers(name: string, count: number, end: number): tf.Tensor1D {
  const values = drawUniform(name, 7, count, 1).map((u) => Math.floor(((u + 1) / 2) * end));
  return tf.tensor1d(Int32Array.from(values), "int32");
}

/**
 * Same shape, and every element within `tolerance` relative to max(1, |expected|).
 *
 * @throws with the name, the worst element and both numbers
 */
export function expectClose(name: string, actual: tf.Tensor, expected: tf.Tensor, tolerance = 1e-5): void {
  expect(actual.shape, `shape of ${name}`).toEqual(expected.shape);
  const expectedValues = expected.dataSync();
  const actualValues = actual.dataSync();
  const errors = Array.from(actualValues, (value, i) => {
    const error = Math.abs(value - expectedValues[i]) / Math.max(1, Math.abs(expectedValues[i]));
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  });
  const worst = errors.indexOf(Math.max(...errors));
  const seen = `${name}[${worst}] is ${actualValues[worst]}, expected ${expectedValues[worst]}`;
  expect(errors[worst], seen).toBeLessThanOrEqual(tolerance);
}

/**
 * Run something that returns tensors, dispose of them, and check that it allocated them and nothing else.
 *
 * An argument that comes back as a result fails too: results are the caller's to dispose of.
 */
export function expectNoLeak(run: () => tf.TensorContainer): void {
  const before = tf.memory();
  const returned = tf.tensor_util.getTensorsInContainer(run());
  expect(tf.memory().numTensors - before.numTensors, "tensors left beside the results").toBe(returned.length);
  tf.dispose(returned);
  expect(tf.memory().numTensors, "tensors after disposing of the results").toBe(before.numTensors);
  expect(tf.memory().numBytes, "bytes after disposing of the results").toBe(before.numBytes);
}
