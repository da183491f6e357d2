/**
 * The one device of the lesson on devices, memory and links: an MLP that learns a spiral, on the imaginary classroom
 * machine. Its scenes make it larger, cut its batch into parts, and share its layers out.
 */
import type { ScenarioInput } from "@/engine/scenario";

export const devices = {
  seed: 11,
  steps: 40,
  model: { kind: "mlp", inputs: 2, hidden: 64, layers: 5, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 512 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;
