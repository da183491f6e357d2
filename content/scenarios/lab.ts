/** Where the lab starts from, and other places to start from. */
import type { ScenarioInput } from "@/engine/scenario";

/** Four devices whose buckets leave while backward still runs: most of each message is hidden, not all. */
const spiral = {
  seed: 4,
  steps: 120,
  model: { kind: "mlp", inputs: 2, hidden: 48, layers: 5, classes: 3, activation: "tanh" },
  data: { kind: "spiral", arms: 3 },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 1024, micro: 64 },
  mesh: { dp: 4 },
  gradientSync: { bucketBytes: 9000, overlap: true },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

const addition = {
  seed: 1,
  steps: 300,
  model: { kind: "gpt", layers: 2, hidden: 32, heads: 4, seq: 8, vocab: 12 },
  data: { kind: "addition", digits: 2 },
  optimizer: { kind: "adamw", lr: 0.003, clip: 1 },
  batch: { global: 64, micro: 16 },
  mesh: { dp: 2 },
  gradientSync: { bucketBytes: 32768, overlap: true },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

export interface Preset {
  name: string;
  scenario: ScenarioInput;
}

export const LAB_PRESETS: readonly Preset[] = [
  { name: "A spiral on four devices", scenario: spiral },
  { name: "The same without overlap", scenario: { ...spiral, gradientSync: { bucketBytes: 9000, overlap: false } } },
  { name: "The same on one device", scenario: { ...spiral, mesh: { dp: 1 } } },
  { name: "Eight devices on two nodes", scenario: { ...spiral, mesh: { dp: 8 }, batch: { global: 1024, micro: 32 } } },
  { name: "A GPT that learns to add", scenario: addition },
];
