/** An exercise is graded by trying everything that could be chosen: the right choice is what the engine finds best. */
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure } from "../stage/state/figure";
import { patchOf, patchScenario } from "./scenarioPatch";
import { type MeasureName, readMeasure } from "./values";

export const GOALS = ["least", "most"] as const;
export type GoalName = (typeof GOALS)[number];

export interface Exercise {
  measure: MeasureName;
  goal: GoalName;
  field: string;
  options: readonly unknown[];
}

/** The measure of each option, in their order. @throws Refusal when an option cannot be run */
export function measureOptions(scenario: ScenarioInput, { measure, field, options }: Exercise): number[] {
  return options.map((option) => {
    const figure = buildFigure(parseScenario(patchScenario(scenario, patchOf(field, option))));
    return readMeasure(measure, figure).amount;
  });
}

/** The option that reaches the goal. */
export function bestOption(scenario: ScenarioInput, exercise: Exercise): unknown {
  const amounts = measureOptions(scenario, exercise);
  const best = exercise.goal === "least" ? Math.min(...amounts) : Math.max(...amounts);
  return exercise.options[amounts.indexOf(best)];
}
