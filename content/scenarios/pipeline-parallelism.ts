/**
 * The clusters of the lesson on pipeline parallelism. Most have the shape in which papers draw schedules: four devices
 * and eight micro-batches; a stage's forward takes one time unit, its backward two, a message nothing.
 */
import type { ScenarioInput } from "@/engine/scenario";

/** Where only the order counts: as few operations as possible. */
export const pipelineShape = {
  seed: 4,
  steps: 20,
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 8, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 32, micro: 4 },
  mesh: { pp: 4 },
  schedule: { kind: "naive" },
  costs: { kind: "unit" },
} satisfies ScenarioInput;

/**
 * Where memory counts: a transformer, because its many activations show in bytes what the papers count. A stage's
 * border is small beside what it keeps inside.
 */
export const pipelineParallelism = {
  seed: 1,
  steps: 10,
  model: { kind: "gpt", layers: 8, hidden: 16, heads: 2, seq: 8, vocab: 12 },
  data: { kind: "addition", digits: 2 },
  optimizer: { kind: "adamw", lr: 0.003 },
  batch: { global: 32, micro: 4 },
  mesh: { pp: 4 },
  schedule: { kind: "1f1b" },
  costs: { kind: "unit" },
} satisfies ScenarioInput;

/**
 * Times that were measured on eight devices with 24 micro-batches; which layers they are of does not matter for them.
 *
 * @source Zero Bubble Pipeline Parallelism, arXiv:2401.10241 table 5 and appendix
 */
export const zeroBubblePaper = {
  seed: 4,
  steps: 10,
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 8, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 96, micro: 4 },
  mesh: { pp: 8 },
  schedule: { kind: "1f1b" },
  costs: { kind: "fixed", forward: 18.522, inputGrad: 18.086, weightGrad: 9.337, transfer: 0.601 },
} satisfies ScenarioInput;
