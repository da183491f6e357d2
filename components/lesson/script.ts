/**
 * A lesson as data: its scenes, and the stops that a reader makes, in order. Read from the tree that the MDX file
 * renders to, so that the page, the keys and the tests all know the same lesson.
 */
import type { SourceName } from "@/content/sources";
import type { ScenarioInput } from "@/engine/scenario";
import type { View } from "../stage/views";
import type { Field, Judge } from "./judge";
import type { Place } from "./place";
import type { Guess } from "./predictions";
import type { MeasureName, ValueName } from "./values";

/**
 * Scenarios by the name of the scene they belong to. A prediction's change, an exercise and each option of a switch are
 * scenes as well, under their own names.
 */
export type SceneScenarios = Record<string, ScenarioInput>;

interface StopBase {
  /** Also its address on the page: /learn/<lesson>/#<id>. */
  id: string;
  /** The scene it stands in. */
  scene: string;
  place: Place;
  /** What stands on the stage, if not what the lesson says. */
  views?: readonly View[];
  /** Has values that only a run can give. */
  needsRun: boolean;
}

export interface StepStop extends StopBase {
  kind: "step";
  /** Whether the window closes in on what the step names. */
  zoom: boolean;
  criticalPath: boolean;
  /** The parameter that the shards show large; null: the largest that is cut. */
  parameter: string | null;
}

/** Lets the learner turn between variants of the scene. */
export interface SwitchStop extends StopBase {
  kind: "switch";
  /** The names of its options; each is a scene. */
  options: readonly { id: string; label: string }[];
}

export interface PredictStop extends StopBase {
  kind: "predict";
  measure: MeasureName;
  rank: number;
  choices: readonly { guess: Guess; text: string }[];
}

/** Fields that the learner sets until what they run is good enough. */
export interface ExerciseStop extends StopBase {
  kind: "exercise";
  fields: readonly Field[];
  judge: Judge;
}

/** A number that the learner finds by thinking. The stage keeps it hidden until it is found. */
export interface CalculateStop extends StopBase {
  kind: "calculate";
  measure: MeasureName;
  rank: number;
}

/** A schedule that the learner writes, a line for each pipeline rank. */
export interface WriteStop extends StopBase {
  kind: "write";
  start: readonly string[];
  judge: Judge;
}

/** A mistake to be made for real. The stage stays as the stop before it left it. */
export interface BreakStop extends StopBase {
  kind: "break";
}

/** Only text: a passage, a pitfall, or the recap. The stage stays as the stop before it left it. */
export interface ReadStop extends StopBase {
  kind: "read";
}

export type Stop =
  | StepStop
  | ReadStop
  | SwitchStop
  | PredictStop
  | ExerciseStop
  | CalculateStop
  | WriteStop
  | BreakStop;

/** @returns the stop that says what the stage shows at a stop: itself, or where it is only text, the last one that says */
export function shownStop(stops: readonly Stop[], index: number): Stop {
  return stops.findLast((stop, i) => i <= index && stop.kind !== "read") ?? stops[0];
}

export const isExercise = ({ kind }: Stop): boolean => ["exercise", "calculate", "write"].includes(kind);

export interface Script {
  scenarios: SceneScenarios;
  /** What the stage is called in a scene, with {value} placeholders. */
  titles: Record<string, string>;
  /** In the order of the text; at least one. */
  stops: readonly Stop[];
  /** The values named anywhere, with the scene they speak of. */
  values: readonly { of: ValueName; scenes: readonly string[]; rank?: number }[];
  /** The words of the glossary that the lesson uses as such, in order, each once. */
  terms: readonly string[];
  /** The sources it cites, in order, each once. */
  sources: readonly SourceName[];
  /** The mistakes that can be made for real in it, by the names of their switches. */
  mistakes: readonly { id: string; mistake: string; scenario: ScenarioInput }[];
}
