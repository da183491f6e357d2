/**
 * The cluster of the lesson on data parallelism: an MLP that learns a spiral, on four devices of the imaginary
 * classroom machine.
 *
 * A bucket is one hidden layer's gradient (64 x 64 weights, 64 biases): four buckets, whose messages take a little
 * less time than the backward of one layer, so that they can hide behind it. (Where one device is alone nothing travels,
 * and its step is that of the first lesson: all in one bucket.)
 */
import type { ScenarioInput } from "@/engine/scenario";

export const dataParallelism = {
  seed: 4,
  steps: 50,
  model: { kind: "mlp", inputs: 2, hidden: 64, layers: 5, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 512 },
  mesh: { dp: 4 },
  gradientSync: { bucketBytes: 16384 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;
