"use client";
/**
 * A task on a scenario that the learner sets: one field, a few options. Each choice is run on the stage; the engine
 * grades it by trying them all.
 */
import { type ReactNode, useId } from "react";
import { formatBytes } from "@/engine/base/units";
import { parseScenario } from "@/engine/scenario";
import { buildFigure } from "../stage/state/figure";
import styles from "./Exercise.module.css";
import { bestOption, type GoalName } from "./exerciseGrade";
import { formatAmount } from "./formatAmount";
import { useFilled, useLesson, useLessonStore, useScript, useStop } from "./LessonContext";
import { StopFrame } from "./StopFrame";
import { fieldOf, type Patch, patchOf, patchScenario } from "./scenarioPatch";
import type { ExerciseStop } from "./script";
import { type MeasureName, meaningOf, readMeasure } from "./values";

export interface ExerciseProps {
  id: string;
  task: string;
  /** How it starts, as a change to the scene around it. */
  from?: Patch;
  /** The field to set, as in `gradientSync.bucketBytes`, what it is called, and what it can be. */
  field: string;
  label: string;
  options: readonly unknown[];
  measure: MeasureName;
  /** Which option is right: the one with the least, or the most, of the measure. */
  goal: GoalName;
  /** A `Hint`. */
  children: ReactNode;
}

export function Exercise({ id, task, field, label, options, measure, children }: ExerciseProps) {
  const { stop } = useStop(id);
  const { scenarios } = useScript();
  const store = useLessonStore();
  const scenario = scenarios[id];
  const start = fieldOf(scenario, field);
  const chosen = useLesson(({ settings }) => (id in settings ? settings[id] : start));
  const hasChosen = useLesson(({ settings }) => id in settings);
  const figure = buildFigure(parseScenario(patchScenario(scenario, patchOf(field, chosen))));
  const name = useId();
  const asked = useFilled(task, id);
  return (
    <StopFrame id={id} label={`Exercise: ${asked}`} className={styles.exercise}>
      <p className={styles.task}>{asked}</p>
      <fieldset className={styles.options}>
        <legend>{label}</legend>
        {options.map((option) => (
          <label key={String(option)}>
            <input
              type="radio"
              name={name}
              checked={option === chosen}
              onChange={() => store.getState().set(id, option)}
            />
            {formatOption(field, option)}
          </label>
        ))}
      </fieldset>
      <p className={styles.result} role="status">
        <span>{meaningOf(measure)}</span> <b>{formatAmount(readMeasure(measure, figure), figure)}</b>
        {hasChosen && <em>{verdict()}</em>}
      </p>
      {children}
    </StopFrame>
  );

  function verdict(): string {
    const { goal } = stop as ExerciseStop;
    if (bestOption(scenario, stop as ExerciseStop) === chosen)
      return `Right: no other choice has ${goal === "least" ? "less" : "more"}.`;
    return `Not yet: another choice has ${goal === "least" ? "less" : "more"}.`;
  }
}

/** What one can ask for before trying again. Works without scripts. */
export function Hint({ children }: { children: ReactNode }) {
  return (
    <details className={styles.hint}>
      <summary>A hint</summary>
      {children}
    </details>
  );
}

function formatOption(field: string, option: unknown): string {
  if (typeof option === "boolean") return option ? "on" : "off";
  if (field.endsWith("Bytes")) return formatBytes(option as number).replace(" ", "\u00a0");
  return String(option);
}
