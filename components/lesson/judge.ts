/**
 * How what a learner has set up is judged: by running it, and, where it is to be the best, by running everything else
 * that could have been set. So every way to the goal counts, and no answer is typed.
 */
import { isRecord, Refusal } from "@/engine/base/assert";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure, type Figure } from "../stage/state/figure";
import { closeTo } from "./predictions";
import { readingsOf } from "./readNumber";
import { type Patch, patchOf, patchScenario } from "./scenarioPatch";
import { type MeasureName, readMeasure } from "./values";
import type { Amount } from "./values/value";

/**
 * A field of the scenario, as in `gradientSync.bucketBytes`; what it is called, and what it can be: values, or values
 * with labels, as where several numbers are set as one.
 */
export interface Field {
  field: string;
  label: string;
  options: readonly unknown[];
}

export interface LabelledOption {
  label: string;
  value: unknown;
}

export const isLabelled = (option: unknown): option is LabelledOption =>
  isRecord(option) && "label" in option && "value" in option;

export const settingOf = (option: unknown): unknown => (isLabelled(option) ? option.value : option);

/** The least or the most that can be reached, or a mark to reach. */
export type Goal = "least" | "most" | { atMost: number } | { atLeast: number };

export interface Judge {
  measure: MeasureName;
  /** The device that is measured. */
  rank: number;
  goal: Goal;
  /** Nothing counts that does not fit into the devices' memory. */
  mustFit: boolean;
  /** How far from the best still counts as right, as a share of it. */
  within: number;
  /** Something else that must not grow beyond a mark. */
  limit?: Limit;
}

export interface Limit {
  measure: MeasureName;
  /** The device that is measured; the first unless said. */
  rank?: number;
  atMost: number;
}

export type Settings = Readonly<Record<string, unknown>>;

export type Verdict =
  | { kind: "right" | "not-yet"; amount: number }
  | { kind: "too-large"; bytes: number }
  | { kind: "over-limit"; amount: number; limit: Limit }
  | { kind: "refused"; sentence: string };

/** The scenario with some fields set. */
export function settle(scenario: ScenarioInput, settings: Settings): ScenarioInput {
  return Object.entries(settings).reduce((set, [field, value]) => patchScenario(set, patchOf(field, value)), scenario);
}

/** Whether a field has a value: setting it would change nothing. */
export function isSet(scenario: ScenarioInput, field: string, value: unknown): boolean {
  return JSON.stringify(settle(scenario, { [field]: value })) === JSON.stringify(scenario);
}

/** Every way to set the fields. */
export function allSettings(fields: readonly Field[]): Settings[] {
  return fields.reduce<Settings[]>(
    (found, { field, options }) =>
      found.flatMap((some) => options.map((option) => ({ ...some, [field]: settingOf(option) }))),
    [{}],
  );
}

/** The last few that were asked for: one and the same is asked for several times in a row. */
const recent = new Map<string, Figure | string>();
const MOST_RECENT = 8;

/** @returns the figure, or the sentence that refuses the scenario */
export function tryFigure(scenario: ScenarioInput): Figure | string {
  const key = JSON.stringify(scenario);
  const found = recent.get(key) ?? figureOrRefusal(scenario);
  recent.delete(key);
  recent.set(key, found);
  for (const oldest of [...recent.keys()].slice(0, -MOST_RECENT)) recent.delete(oldest);
  return found;
}

function figureOrRefusal(scenario: ScenarioInput): Figure | string {
  try {
    return buildFigure(parseScenario(scenario));
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** @param best for the least or the most: what can be reached, as `bestOf` finds it */
export function verdictOn(scenario: ScenarioInput, judge: Judge, best = Number.NaN): Verdict {
  const figure = tryFigure(scenario);
  if (typeof figure === "string") return { kind: "refused", sentence: figure };
  if (judge.mustFit && figure.outOfMemory) {
    return { kind: "too-large", bytes: readMeasure("fullestBytes", figure).amount };
  }
  const over = excessOf(judge, figure);
  if (over) return over;
  const { amount } = readMeasure(judge.measure, figure, judge.rank);
  return { kind: reaches(amount, judge, best) ? "right" : "not-yet", amount };
}

/** What is beyond the limit; null where nothing is, or nothing is limited. */
function excessOf({ limit }: Judge, figure: Figure): Extract<Verdict, { kind: "over-limit" }> | null {
  if (!limit) return null;
  const { amount } = readMeasure(limit.measure, figure, limit.rank);
  return amount > limit.atMost ? { kind: "over-limit", amount, limit } : null;
}

function reaches(amount: number, { goal, within }: Judge, best: number): boolean {
  if (goal === "least") return amount <= best * (1 + within);
  if (goal === "most") return amount >= best * (1 - within);
  return "atMost" in goal ? amount <= goal.atMost : amount >= goal.atLeast;
}

/** What each way to set the fields reaches, one after another; null for what is refused, too large or beyond a limit. */
export function* reachedBy(
  scenario: ScenarioInput,
  fields: readonly Field[],
  judge: Judge,
): Generator<number | null, void, void> {
  for (const settings of allSettings(fields)) {
    const figure = tryFigure(settle(scenario, settings));
    const counts = typeof figure !== "string" && !(judge.mustFit && figure.outOfMemory) && !excessOf(judge, figure);
    yield counts ? readMeasure(judge.measure, figure, judge.rank).amount : null;
  }
}

/** Not a number where nothing counts. */
export function bestAmong(amounts: readonly (number | null)[], { goal }: Judge): number {
  const counting = amounts.filter((amount) => amount !== null);
  if (counting.length === 0) return Number.NaN;
  return goal === "most" ? Math.max(...counting) : Math.min(...counting);
}

/** The best of all that can be set. */
export function bestOf(scenario: ScenarioInput, fields: readonly Field[], judge: Judge): number {
  return bestAmong([...reachedBy(scenario, fields, judge)], judge);
}

/** Whether what a learner said, as typed, is a number: some digits fewer are fine, and so is a percentage for a share. */
export function saysRight(said: string, { amount, unit }: Amount): boolean {
  return readingsOf(said, unit).some((reading) => closeTo(reading, amount));
}

/** The patch that lets the pipeline ranks run what the learner wrote, a line a rank. */
export function schedulePatch(lines: readonly string[]): Patch {
  return { schedule: { kind: "custom", ranks: [...lines] } };
}
