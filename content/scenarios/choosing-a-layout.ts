/**
 * The clusters of the lesson on the memory ledger. The classroom machine has 8 MB a device, so a small transformer fills
 * it as a large one fills a real device.
 */
import type { ScenarioInput } from "@/engine/scenario";

/** 202,112 parameters: their state takes 3.2 MB, and 64 samples at once do not fit beside it. */
export const choosingALayout = {
  seed: 4,
  steps: 5,
  model: { kind: "gpt", layers: 4, hidden: 64, heads: 4, seq: 8, vocab: 12 },
  data: { kind: "addition", digits: 2 },
  optimizer: { kind: "adamw", lr: 0.003 },
  batch: { global: 16 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

/** 674,304 parameters: their state alone takes 10.8 MB. */
export const tooLargeForOne = {
  ...choosingALayout,
  steps: 2,
  model: { ...choosingALayout.model, layers: 6, hidden: 96 },
  batch: { global: 64, micro: 4 },
} satisfies ScenarioInput;

/**
 * The shape of GPT-3 6.7B, with a vocabulary that divides, on a node of eight devices; simulated only.
 *
 * @source Brown et al. 2020, arXiv:2005.14165, table 2.1: 32 layers, 4096 wide, 32 heads, 2048 tokens
 */
export const largeModel = {
  model: { kind: "gpt", layers: 32, hidden: 4096, heads: 32, seq: 2048, vocab: 51200 },
  optimizer: { kind: "adamw", lr: 0.00012 },
  batch: { global: 8, micro: 1 },
  mesh: { dp: 8 },
  costs: { kind: "hardware", preset: "a100-80" },
} satisfies ScenarioInput;
