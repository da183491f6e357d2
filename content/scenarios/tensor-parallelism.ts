/**
 * The clusters of the lesson on tensor parallelism, on the imaginary classroom machine.
 *
 * The MLP: columns, rows, columns, rows, and a last layer that is whole. Its two inner matrices after the first are
 * square, so that the two ways to cut can be compared; wide enough that arithmetic outweighs the messages on up to one
 * node of devices.
 */
import type { ScenarioInput } from "@/engine/scenario";

export const tensorParallelism = {
  seed: 6,
  steps: 20,
  model: { kind: "mlp", inputs: 2, hidden: 256, layers: 5, classes: 3, activation: "gelu" },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.003 },
  batch: { global: 64 },
  mesh: { tp: 2 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

/** Two transformer blocks that learn to add; eight heads, so that one to eight devices can share them. */
export const tensorParallelTransformer = {
  seed: 4,
  steps: 20,
  model: { kind: "gpt", layers: 2, hidden: 48, heads: 8, seq: 8, vocab: 12 },
  data: { kind: "addition", digits: 2 },
  optimizer: { kind: "adamw", lr: 0.003 },
  batch: { global: 32 },
  mesh: { tp: 2 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;
