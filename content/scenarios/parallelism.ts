/**
 * The small GPT of the lesson on parallelism, which learns to add. On one device of the classroom machine it is slow
 * and does not fit. It can be cut in four along every axis: four blocks, four heads, a vocabulary of twelve.
 *
 * A bucket holds a third of a block's gradients, so that its messages can hide behind backward.
 */
import type { ScenarioInput } from "@/engine/scenario";

export const parallelism = {
  seed: 2,
  steps: 10,
  model: { kind: "gpt", layers: 4, hidden: 64, heads: 4, seq: 8, vocab: 12 },
  data: { kind: "addition" },
  optimizer: { kind: "adamw", lr: 0.003 },
  batch: { global: 64 },
  gradientSync: { bucketBytes: 65536 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;
