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

/** A quarter of the layers each, eight micro-batches; one unit of time a forward, so that schedules can be compared. */
const pipeline = {
  seed: 4,
  steps: 60,
  model: { kind: "mlp", inputs: 2, hidden: 32, layers: 4, classes: 3, activation: "tanh" },
  data: { kind: "spiral", arms: 3 },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 256, micro: 32 },
  mesh: { pp: 4 },
  schedule: { kind: "1f1b" },
  costs: { kind: "unit" },
} satisfies ScenarioInput;

/** Every axis at once: two replicas of two stages, each layer cut in two. */
const cube = {
  ...addition,
  batch: { global: 64, micro: 8 },
  mesh: { dp: 2, pp: 2, tp: 2 },
  schedule: { kind: "1f1b" },
} satisfies ScenarioInput;

export interface Preset {
  name: string;
  scenario: ScenarioInput;
}

export const LAB_PRESETS: readonly Preset[] = [
  { name: "A spiral on four devices", scenario: spiral },
  { name: "The same without overlap", scenario: { ...spiral, gradientSync: { bucketBytes: 9000, overlap: false } } },
  { name: "The same on one device", scenario: { ...spiral, mesh: { dp: 1 } } },
  { name: "The same, optimizer state shared out (ZeRO-1)", scenario: { ...spiral, zero: 1 } },
  { name: "The same, everything shared out (ZeRO-3)", scenario: { ...spiral, zero: 3 } },
  { name: "Eight devices on two nodes", scenario: { ...spiral, mesh: { dp: 8 }, batch: { global: 1024, micro: 32 } } },
  { name: "A GPT that learns to add", scenario: addition },
  { name: "The same, each layer's forward computed again", scenario: { ...addition, recompute: "full" } },
  { name: "A pipeline of four stages", scenario: pipeline },
  { name: "The same, zero-bubble schedule", scenario: { ...pipeline, schedule: { kind: "zb-h2" } } },
  { name: "All three axes: two by two by two", scenario: cube },
  {
    name: "The same, the sequence cut and the optimizer shared out",
    scenario: { ...cube, zero: 1, sequenceParallel: true },
  },
];
