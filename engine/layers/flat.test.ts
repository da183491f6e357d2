import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { cutFlat, joinFlat } from "./flat";
import { expectClose, expectNoLeak, forEachBackend, randomTensor } from "./testing";

forEachBackend(() => {
  test("tensors laid end to end are cut out again unchanged, and stay when the flat one is gone", () => {
    const parts = [randomTensor("a", [2, 3]), randomTensor("b", [4]), randomTensor("c", [1, 1, 5])];
    const flat = joinFlat(parts);
    expect(flat.shape).toEqual([15]);
    expectNoLeak(() => joinFlat(parts));
    expectNoLeak(() => cutFlat(flat, [[15]]));
    const cut = cutFlat(
      flat,
      parts.map(({ shape }) => shape),
    );
    tf.dispose(flat);
    cut.forEach((piece, i) => {
      expectClose(`part ${i}`, piece, parts[i] as tf.Tensor);
    });
  });
});
