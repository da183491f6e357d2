"use client";
/**
 * A task on a scenario that the learner sets: some fields, a few options each. What is set is run on the stage once the
 * learner says so, and judged by what it does.
 */
import { type ReactNode, useId, useState } from "react";
import { formatBytes } from "@/engine/base/units";
import type { View } from "../stage/views";
import styles from "./Exercise.module.css";
import { type Field, type Goal, isLabelled, isSet, type Limit, type Settings, settingOf, settle } from "./judge";
import { useFilled, useLesson, useLessonStore, useScript, useStop } from "./LessonContext";
import { StopFrame } from "./StopFrame";
import type { Patch } from "./scenarioPatch";
import type { ExerciseStop } from "./script";
import { useBest } from "./useBest";
import { VerdictLine } from "./VerdictLine";
import type { MeasureName } from "./values";

export interface JudgeProps {
  measure: MeasureName;
  /** The device that is measured; the first unless said. */
  rank?: number;
  /** `least` or `most` of what can be set, or a mark: `{ atMost: 22 }`. */
  goal: Goal;
  /** What does not fit into the devices' memory does not count. */
  mustFit?: boolean;
  /** How far from the best still counts as right, as a share of it. */
  within?: number;
  /** Something else that must not grow beyond a mark: `{ measure: "peakMicrobatches", atMost: 2 }`. */
  limit?: Limit;
}

export interface ExerciseProps extends JudgeProps {
  id: string;
  task: string;
  /** How it starts, as a change to the scene around it. */
  from?: Patch;
  /** The field to set, as in `gradientSync.bucketBytes`, what it is called, and what it can be: values, or `{ label, value }`; */
  field?: string;
  label?: string;
  options?: readonly unknown[];
  /** or several such fields. */
  fields?: readonly Field[];
  views?: readonly View[];
  /** A `Hint`. */
  children: ReactNode;
}

export function Exercise({ id, task, children }: ExerciseProps) {
  const { stop } = useStop(id);
  const scenario = useScript().scenarios[id];
  const store = useLessonStore();
  const kept = useLesson(({ settings }) => settings[id]);
  const asked = useFilled(task, id);
  const [picked, setPicked] = useState<Settings>({});
  const chosen = settle(scenario, { ...kept, ...picked });
  const set = settle(scenario, kept ?? {});
  const { fields, judge } = stop as ExerciseStop;
  // Everything that could be set is run once, and only when somebody has tried.
  const hasTried = kept !== undefined;
  const best = useBest(scenario, fields, judge, hasTried && typeof judge.goal === "string");
  return (
    <StopFrame id={id} label={`Exercise: ${asked}`} className={styles.exercise}>
      <p className={styles.task}>{asked}</p>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          store.getState().set(id, { ...kept, ...picked });
        }}
      >
        {fields.map((field) => (
          <Options
            key={field.field}
            field={field}
            isChosen={(value) => isSet(chosen, field.field, value)}
            onChoose={(value) => setPicked({ ...picked, [field.field]: value })}
          />
        ))}
        <button type="submit">Run it</button>
      </form>
      <VerdictLine
        judge={judge}
        scenario={set}
        best={best}
        hasTried={hasTried}
        isOutdated={JSON.stringify(chosen) !== JSON.stringify(set)}
      />
      {children}
    </StopFrame>
  );
}

interface OptionsProps {
  field: Field;
  isChosen(value: unknown): boolean;
  onChoose(value: unknown): void;
}

function Options({ field: { field, label, options }, isChosen, onChoose }: OptionsProps) {
  const name = useId();
  return (
    <fieldset className={styles.options}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={JSON.stringify(option)}>
          <input
            type="radio"
            name={name}
            checked={isChosen(settingOf(option))}
            onChange={() => onChoose(settingOf(option))}
          />
          {formatOption(field, option)}
        </label>
      ))}
    </fieldset>
  );
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
  if (isLabelled(option)) return option.label;
  if (typeof option === "boolean") return option ? "on" : "off";
  if (field.endsWith("Bytes")) return formatBytes(option as number).replace(" ", "\u00a0");
  return String(option);
}
