/**
 * The scenario: what to run, as plain data. This file is its shape and its defaults; `parseScenario.ts` turns
 * unknown input into a `Scenario` or refuses it, `legality.ts` says which numbers clash.
 */
import * as z from "zod/mini";
import { MiB } from "../base/units";

const count = (max: number) => z.int().check(z.minimum(1), z.maximum(max));
/** Something to choose between: one class would leave nothing to learn. */
const choices = (max: number) => z.int().check(z.minimum(2), z.maximum(max));
const wholeNumber = (max: number) => z.int().check(z.minimum(0), z.maximum(max));
const nonNegative = () => z.number().check(z.minimum(0));
/** Milliseconds; beyond this, sums lose the digits that tell one moment from the next. */
const duration = () => z.number().check(z.minimum(0), z.maximum(1e9));
const fraction = () => z.number().check(z.minimum(0), z.lt(1));

const gptModel = z.strictObject({
  kind: z.literal("gpt"),
  layers: count(1024),
  hidden: count(65536),
  heads: count(1024),
  seq: count(1048576),
  vocab: choices(1048576),
  mlpRatio: z._default(count(64), 4),
});

const mlpModel = z.strictObject({
  kind: z.literal("mlp"),
  inputs: count(65536),
  hidden: count(65536),
  layers: count(1024),
  classes: choices(65536),
  activation: z._default(z.enum(["tanh", "relu", "gelu"]), "tanh"),
});

const dataSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("random") }),
  z.strictObject({ kind: z.literal("spiral"), arms: z._default(z.int().check(z.minimum(2), z.maximum(3)), 3) }),
  z.strictObject({ kind: z.literal("addition"), digits: z._default(z.int().check(z.minimum(1), z.maximum(3)), 2) }),
]);

const optimizerSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sgd"),
    lr: nonNegative(),
    momentum: z._default(fraction(), 0),
    clip: z.optional(z.number().check(z.positive())),
  }),
  z.strictObject({
    kind: z.literal("adamw"),
    lr: nonNegative(),
    betas: z._default(z.tuple([fraction(), fraction()]), [0.9, 0.95]),
    eps: z._default(z.number().check(z.positive()), 1e-5),
    weightDecay: z._default(nonNegative(), 0),
    clip: z.optional(z.number().check(z.positive())),
  }),
]);

/** The schedules whose generators exist, in `schedules/index.ts`. */
export const SCHEDULE_KINDS = [
  "naive",
  "gpipe",
  "1f1b",
  "looped-bfs",
  "interleaved",
  "zb-h1",
  "zb-h2",
  "zb1p",
  "zbv",
  "dualpipev",
] as const;

/** The hardware presets a scenario can name. `simulate/presets.ts` holds their numbers. */
export const PRESET_NAMES = ["v100", "a100-80", "h100-sxm", "classroom"] as const;

const costsSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("unit") }),
  z.strictObject({
    kind: z.literal("fixed"),
    forward: z._default(duration(), 1),
    inputGrad: z._default(duration(), 1),
    weightGrad: z._default(duration(), 1),
    transfer: z._default(duration(), 0),
  }),
  z.strictObject({ kind: z.literal("hardware"), preset: z.enum(PRESET_NAMES) }),
]);

const scheduleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(SCHEDULE_KINDS), virtual: z.optional(count(64)) }),
  z.strictObject({
    kind: z.literal("custom"),
    ranks: z.array(z.string()),
    stageToRank: z.optional(z.array(wholeNumber(16384))),
  }),
]);

export const scenarioSchema = z.strictObject({
  seed: z._default(wholeNumber(0xffffffff), 1),
  steps: z._default(count(1_000_000), 1),
  model: z.discriminatedUnion("kind", [gptModel, mlpModel]),
  data: z._default(dataSchema, { kind: "random" }),
  optimizer: z._default(optimizerSchema, { kind: "sgd", lr: 0.1, momentum: 0 }),
  batch: z._default(z.strictObject({ global: count(1_048_576), micro: z.optional(count(1_048_576)) }), { global: 8 }),
  mesh: z._default(
    z.strictObject({
      dp: z._default(count(16384), 1),
      pp: z._default(count(16384), 1),
      tp: z._default(count(16384), 1),
    }),
    { dp: 1, pp: 1, tp: 1 },
  ),
  schedule: z._default(scheduleSchema, { kind: "1f1b" }),
  zero: z._default(z.int().check(z.minimum(0), z.maximum(3)), 0),
  sequenceParallel: z._default(z.boolean(), false),
  recompute: z._default(z.enum(["none", "selective", "full"]), "none"),
  gradientSync: z._default(
    z.strictObject({ bucketBytes: z._default(count(2 ** 40), 25 * MiB), overlap: z._default(z.boolean(), true) }),
    { bucketBytes: 25 * MiB, overlap: true },
  ),
  costs: z._default(costsSchema, { kind: "unit" }),
});

type Parsed = z.infer<typeof scenarioSchema>;

/** What a user writes: everything but `model` may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** A checked scenario: every default is filled in and no numbers clash. */
export type Scenario = Readonly<
  Omit<Parsed, "batch" | "schedule"> & { batch: { global: number; micro: number }; schedule: ScheduleConfig }
>;

/** `virtual` counts the stages of a rank. */
export type ScheduleConfig =
  | { kind: ScheduleKind; virtual: number }
  | { kind: "custom"; ranks: string[]; stageToRank?: number[] };

export type ModelConfig = Scenario["model"];
export type GptConfig = Extract<ModelConfig, { kind: "gpt" }>;
export type MlpConfig = Extract<ModelConfig, { kind: "mlp" }>;
export type OptimizerConfig = Scenario["optimizer"];
export type DataConfig = Scenario["data"];
export type CostsConfig = Scenario["costs"];
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];
export type PresetName = (typeof PRESET_NAMES)[number];
