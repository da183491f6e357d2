/**
 * The clusters of the lesson on several axes at once: a small GPT that learns to add, on the imaginary classroom
 * machine, four devices a node.
 *
 * The cube is wide enough (64) that two tensor-parallel ranks are faster than one although each sum costs a message,
 * and has one layer a stage. Eight layers of width 96 do not fit on one device eight times over, and can be cut in
 * every way into eight.
 */
import type { ScenarioInput } from "@/engine/scenario";

export const cube = {
  seed: 9,
  steps: 10,
  model: { kind: "gpt", layers: 2, hidden: 64, heads: 8, seq: 8, vocab: 12 },
  data: { kind: "addition", digits: 2 },
  optimizer: { kind: "adamw", lr: 0.003, clip: 1 },
  batch: { global: 64, micro: 8 },
  mesh: { dp: 2, pp: 2, tp: 2 },
  schedule: { kind: "1f1b" },
  zero: 0,
  gradientSync: { bucketBytes: 32768 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

export const eightLayers = {
  ...cube,
  steps: 2,
  model: { ...cube.model, layers: 8, hidden: 96 },
} satisfies ScenarioInput;
