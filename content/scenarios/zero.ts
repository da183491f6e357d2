/**
 * The cluster of the lesson on ZeRO: an MLP that learns a spiral, on four devices of the imaginary classroom machine.
 * Wide layers and few samples, so that most of the memory is parameters, gradients and optimizer state.
 *
 * Four outputs for three arms: so each layer's parameters divide by four, and no padding blurs the formulas. A bucket
 * is one hidden layer's gradient (80 x 80 weights, 80 biases), as large as what ZeRO sends at a time.
 */
import type { ScenarioInput } from "@/engine/scenario";

export const zero = {
  seed: 8,
  steps: 20,
  model: { kind: "mlp", inputs: 2, hidden: 80, layers: 6, classes: 4 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 128 },
  mesh: { dp: 4 },
  gradientSync: { bucketBytes: 25920 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;
