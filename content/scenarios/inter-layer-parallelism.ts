/**
 * The cluster of the lesson on inter-layer model parallelism: five layers over two devices of the classroom machine,
 * three on the first and two on the second.
 *
 * Its three square layers of 432 x 432 weights make it too large for one device: with Adam, 16 bytes a parameter are
 * 9 MB, where there are 8. One micro-batch, and one device at a time. The learning rate is so small that the loss falls at
 * every step: with ten times as much it leaps up and down, and not for its samples.
 */
import type { ScenarioInput } from "@/engine/scenario";

export const interLayerParallelism = {
  seed: 4,
  steps: 10,
  model: { kind: "mlp", inputs: 2, hidden: 432, layers: 5, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.0002 },
  batch: { global: 128, micro: 128 },
  mesh: { pp: 2 },
  schedule: { kind: "naive" },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

/** Eight layers of one width in turn, counted in time units: forward through the whole model takes 8, backward 16. */
export const layersInTurn = {
  seed: 4,
  steps: 20,
  model: { kind: "mlp", inputs: 2, hidden: 32, layers: 8, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.002 },
  batch: { global: 64, micro: 64 },
  mesh: { pp: 2 },
  schedule: { kind: "naive" },
  costs: { kind: "fixed", forward: 4, inputGrad: 4, weightGrad: 4 },
} satisfies ScenarioInput;
