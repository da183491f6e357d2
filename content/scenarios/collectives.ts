/**
 * The cluster of the lesson on collectives: four devices of the imaginary classroom machine, all in one node, that sum
 * one tensor each step. One bucket, and nothing is computed while it travels, so that the sum stands alone.
 */
import type { ScenarioInput } from "@/engine/scenario";

export const collectives = {
  seed: 4,
  steps: 20,
  model: { kind: "mlp", inputs: 2, hidden: 64, layers: 4, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 240 },
  mesh: { dp: 4 },
  gradientSync: { overlap: false },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;
