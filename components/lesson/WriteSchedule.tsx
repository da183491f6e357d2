"use client";
/**
 * A schedule that the learner writes, a line for each pipeline rank. The engine runs it, or says which instruction is
 * at fault and what it waits for.
 */
import { type ReactNode, useId, useState } from "react";
import type { View } from "../stage/views";
import type { JudgeProps } from "./Exercise";
import styles from "./Exercise.module.css";
import { schedulePatch } from "./judge";
import { useFilled, useLesson, useLessonStore, useScript, useStop } from "./LessonContext";
import { StopFrame } from "./StopFrame";
import { type Patch, patchScenario } from "./scenarioPatch";
import { linesOf } from "./scheduleText";
import type { WriteStop } from "./script";
import { VerdictLine } from "./VerdictLine";

export interface WriteScheduleProps extends JudgeProps {
  id: string;
  task: string;
  /** What is to be scheduled, as a change to the scene around it. */
  from?: Patch;
  /** What stands there at first: a line a pipeline rank, of actions such as `0F0` or `1B0`. */
  start: readonly string[];
  views?: readonly View[];
  /** A `Hint`. */
  children: ReactNode;
}

export function WriteSchedule({ id, task, children }: WriteScheduleProps) {
  const { stop } = useStop(id);
  const { judge, start } = stop as WriteStop;
  const scenario = useScript().scenarios[id];
  const store = useLessonStore();
  const written = useLesson(({ texts }) => texts[id]);
  const [typed, setTyped] = useState<string | null>(null);
  const asked = useFilled(task, id);
  const fieldId = useId();
  const lines = linesOf(written ?? start.join("\n"));
  const set = patchScenario(scenario, schedulePatch(lines));
  return (
    <StopFrame id={id} label={`Exercise: ${asked}`} className={styles.exercise}>
      <p className={styles.task}>{asked}</p>
      <form
        className={styles.schedule}
        onSubmit={(event) => {
          event.preventDefault();
          store.getState().write(id, typed ?? written ?? start.join("\n"));
        }}
      >
        <label htmlFor={fieldId}>Your schedule, a line for each device</label>
        <textarea
          id={fieldId}
          rows={start.length}
          spellCheck={false}
          value={typed ?? written ?? start.join("\n")}
          onChange={({ target }) => setTyped(target.value)}
        />
        <button type="submit">Run it</button>
      </form>
      <VerdictLine judge={judge} scenario={set} hasTried={written !== undefined} />
      {children}
    </StopFrame>
  );
}
