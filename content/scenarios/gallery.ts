/** The fixed states in which the gallery shows every view: the usual ones, and the edges. */
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

/** Four stages and eight micro-batches: the shape in which papers draw schedules. */
const fourStages = {
  seed: 4,
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 8, classes: 3 },
  batch: { global: 64, micro: 8 },
  mesh: { pp: 4 },
  costs: { kind: "unit" },
} satisfies ScenarioInput;

const cube = {
  seed: 1,
  model: { kind: "gpt", layers: 2, hidden: 32, heads: 4, seq: 8, vocab: 12 },
  data: { kind: "addition", digits: 2 },
  optimizer: { kind: "adamw", lr: 0.003, clip: 1 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 2, pp: 2, tp: 2 },
  schedule: { kind: "1f1b" },
  gradientSync: { bucketBytes: 32768 },
  costs: { kind: "hardware", preset: "classroom" },
} satisfies ScenarioInput;

/** Some hundred thousand spans. */
const many = {
  seed: 1,
  model: { kind: "gpt", layers: 8, hidden: 32, heads: 4, seq: 8, vocab: 12 },
  batch: { global: 88, micro: 1 },
  mesh: { dp: 4, pp: 4, tp: 4 },
  schedule: { kind: "1f1b" },
  costs: { kind: "hardware", preset: "a100-80" },
} satisfies ScenarioInput;

export type GalleryView = "timeline" | "memory" | "training" | "tensors" | "mesh" | "shards" | "collective" | "devices";

export interface GalleryEntry {
  id: string;
  scenario: ScenarioInput;
  views: readonly GalleryView[];
  /** Where the cursor and the window stand, as shares of the step. */
  start?: { at?: number; window?: readonly [number, number]; rank?: number; criticalPath?: boolean };
  /** All its steps are trained while the page is built; the collective at the cursor is recorded. */
  isTrained?: boolean;
  /** The run that stands beside it on one time axis. */
  kept?: ScenarioInput;
  /** Too long to be compared mark by mark. */
  isLarge?: boolean;
}

const plot = ["timeline", "memory"] as const;

const SCHEDULES = [
  { kind: "naive" },
  { kind: "gpipe" },
  { kind: "1f1b" },
  { kind: "looped-bfs", virtual: 2 },
  { kind: "interleaved", virtual: 2 },
  { kind: "zb-h1" },
  { kind: "zb-h2" },
  { kind: "zb1p" },
  { kind: "zbv" },
  { kind: "dualpipev" },
] as const satisfies NonNullable<ScenarioInput["schedule"]>[];

export const GALLERY: readonly GalleryEntry[] = [
  // Nothing takes any time: there is nothing to draw, and that has to be said.
  {
    id: "empty",
    scenario: { ...fourStages, costs: { kind: "fixed", forward: 0, inputGrad: 0, weightGrad: 0 } },
    views: plot,
  },
  { id: "one-device", scenario: { ...small, mesh: { dp: 1 } }, views: plot },
  { id: "four-devices", scenario: small, views: [...plot, "training"] },
  { id: "timeline-alone", scenario: small, views: ["timeline"] },
  { id: "memory-alone", scenario: small, views: ["memory"] },
  { id: "cursor-in-the-middle", scenario: small, views: plot, start: { at: 0.5, rank: 1 } },
  { id: "zoomed-to-instructions", scenario: small, views: plot, start: { at: 0.75, window: [0.7, 0.8] } },
  { id: "critical-path", scenario: cube, views: plot, start: { criticalPath: true } },
  {
    id: "three-stages-by-hand",
    scenario: {
      ...fourStages,
      mesh: { pp: 3 },
      batch: { global: 16, micro: 8 },
      schedule: { kind: "custom", ranks: ["0F0 0F1 0B0 0B1", "1F0 1F1 1B0 1B1", "2F0 2B0 2F1 2B1"] },
    },
    views: plot,
  },
  ...SCHEDULES.map((schedule) => ({ id: schedule.kind, scenario: { ...fourStages, schedule }, views: plot })),
  {
    id: "two-runs",
    scenario: { ...fourStages, schedule: { kind: "1f1b" } },
    kept: { ...fourStages, schedule: { kind: "gpipe" } },
    views: plot,
    start: { at: 0.5 },
  },
  { id: "three-axes", scenario: cube, views: plot },
  { id: "zero-3", scenario: { ...small, zero: 3 }, views: plot },
  { id: "recompute", scenario: { ...cube, mesh: { pp: 2 }, recompute: "full" }, views: plot },
  {
    id: "near-the-capacity",
    scenario: {
      ...small,
      mesh: { dp: 2 },
      model: { ...small.model, hidden: 256 },
      batch: { global: 1536, micro: 768 },
    },
    views: plot,
  },
  {
    id: "out-of-memory",
    scenario: {
      ...small,
      mesh: { dp: 2 },
      model: { ...small.model, hidden: 256 },
      batch: { global: 2048, micro: 1024 },
    },
    views: [...plot, "tensors"],
  },
  {
    id: "sixteen-devices",
    scenario: { ...small, mesh: { dp: 16 }, batch: { global: 1024, micro: 16 } },
    views: plot,
    start: { rank: 3 },
  },
  { id: "sixty-four-devices", scenario: { ...many, batch: { global: 16, micro: 1 } }, views: plot, isLarge: true },
  { id: "hundred-thousand-spans", scenario: many, views: plot, isLarge: true },
  { id: "training", scenario: small, views: ["training"] },
  {
    id: "trained",
    scenario: {
      ...small,
      steps: 80,
      model: { ...small.model, hidden: 24, layers: 3 },
      batch: { global: 128, micro: 32 },
    },
    views: ["training"],
    isTrained: true,
  },
  {
    id: "trained-sums",
    scenario: { ...cube, steps: 5, mesh: { dp: 2 }, batch: { global: 8, micro: 4 } },
    views: ["training"],
    isTrained: true,
  },
  { id: "tensors", scenario: cube, views: ["tensors"], start: { at: 0.5 } },
  { id: "devices", scenario: cube, views: ["devices"] },
  { id: "mesh-of-one", scenario: { ...small, mesh: { dp: 1 } }, views: ["mesh"] },
  { id: "mesh-line", scenario: { ...fourStages, schedule: { kind: "gpipe" } }, views: ["mesh"], start: { at: 0.3 } },
  { id: "mesh-grid", scenario: { ...cube, mesh: { dp: 2, tp: 4 } }, views: ["mesh"], start: { at: 0.3 } },
  { id: "mesh-cube", scenario: cube, views: ["mesh"], start: { at: 0.3 } },
  {
    id: "mesh-of-sixty-four",
    scenario: { ...many, batch: { global: 16, micro: 1 } },
    views: ["mesh"],
    start: { at: 0.4 },
    isLarge: true,
  },
  {
    id: "shards-of-two",
    scenario: {
      ...small,
      mesh: { tp: 2 },
      model: { ...small.model, inputs: 256, hidden: 256, classes: 256 },
      data: { kind: "random" },
    },
    views: ["shards"],
    isLarge: true,
  },
  { id: "shards-on-three-axes", scenario: cube, views: ["shards"], isLarge: true },
  { id: "shards-with-zero-3", scenario: { ...small, zero: 3 }, views: ["shards"], isLarge: true },
  { id: "all-reduce", scenario: small, views: ["collective"], start: { at: 0.9 } },
  {
    id: "recorded-all-reduce",
    scenario: { ...small, steps: 1 },
    views: ["collective"],
    start: { at: 0.935 },
    isTrained: true,
  },
  { id: "all-gather", scenario: { ...small, zero: 3 }, views: ["collective"] },
  { id: "no-collective", scenario: { ...small, mesh: { dp: 1 } }, views: ["collective"] },
];
