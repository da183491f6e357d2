/** The states in which the gallery shows the stage: the usual one, and the edges. */
import type { ScenarioInput } from "@/engine/scenario";

const small = {
  seed: 4,
  steps: 20,
  model: { kind: "mlp", inputs: 2, hidden: 48, layers: 5, classes: 3 },
  data: { kind: "spiral" },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 1024, micro: 64 },
  mesh: { dp: 4 },
  gradientSync: { bucketBytes: 9000 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

export interface GalleryEntry {
  id: string;
  scenario: ScenarioInput;
  views: readonly ("timeline" | "memory" | "training")[];
}

export const GALLERY: readonly GalleryEntry[] = [
  { id: "four-devices", scenario: small, views: ["timeline", "memory", "training"] },
  { id: "timeline-alone", scenario: small, views: ["timeline"] },
  { id: "memory-alone", scenario: small, views: ["memory"] },
  { id: "one-device", scenario: { ...small, mesh: { dp: 1 } }, views: ["timeline", "memory"] },
  {
    id: "counted-time",
    scenario: { ...small, mesh: { dp: 2 }, costs: { kind: "unit" } },
    views: ["timeline", "memory"],
  },
  {
    id: "eight-devices-eight-micro-batches",
    scenario: { ...small, mesh: { dp: 8 }, batch: { global: 2048, micro: 32 } },
    views: ["timeline", "memory"],
  },
  {
    id: "near-the-capacity",
    scenario: {
      ...small,
      mesh: { dp: 2 },
      model: { ...small.model, hidden: 256 },
      batch: { global: 1024, micro: 512 },
    },
    views: ["timeline", "memory"],
  },
];
