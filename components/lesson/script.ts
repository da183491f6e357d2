/**
 * A lesson as data: its scenes, and the stops that a reader makes, in order. Read from the tree that the MDX file
 * renders to, so that the page, the keys and the tests all know the same lesson.
 */
import type { ScenarioInput } from "@/engine/scenario";
import type { View } from "../stage/views";
import type { GoalName } from "./exerciseGrade";
import type { Place } from "./place";
import type { MeasureName, ValueName } from "./values";

/** Scenarios by the name of the scene they belong to; a prediction's is what it varies, under its own name. */
export type SceneScenarios = Record<string, ScenarioInput>;

interface StopBase {
  /** Also its address on the page: /learn/<lesson>/#<id>. */
  id: string;
  /** The scene it stands in. */
  scene: string;
  place: Place;
  /** Has values that only a run can give. */
  needsRun: boolean;
}

export interface StepStop extends StopBase {
  kind: "step";
  /** What stands on the stage, if not what the lesson says. */
  views?: readonly View[];
}

export interface PredictStop extends StopBase {
  kind: "predict";
  measure: MeasureName;
}

export interface ExerciseStop extends StopBase {
  kind: "exercise";
  measure: MeasureName;
  goal: GoalName;
  /** The field that the learner sets, and what it can be set to. */
  field: string;
  options: readonly unknown[];
}

export type Stop = StepStop | PredictStop | ExerciseStop;

export interface Script {
  scenarios: SceneScenarios;
  /** What the stage is called in a scene, with {value} placeholders. */
  titles: Record<string, string>;
  /** In the order of the text; at least one. */
  stops: readonly Stop[];
  /** The values named anywhere, with the scene they speak of. */
  values: readonly { of: ValueName; scenes: readonly string[]; rank?: number }[];
  /** The words of the glossary that the lesson introduces, in order. */
  terms: readonly string[];
}
