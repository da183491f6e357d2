"use client";
/**
 * A question about a change, answered before the stage shows it. The engine decides what is right: it runs the
 * scenario with the change and compares the measure.
 */
import { createContext, type ReactNode, use } from "react";
import { SceneContext, useFilled, useLesson, useLessonStore, useStop } from "./LessonContext";
import { type Outcome, outcomeOf } from "./outcomes";
import styles from "./Predict.module.css";
import { StopFrame } from "./StopFrame";
import type { Patch } from "./scenarioPatch";
import { type MeasureName, readMeasure } from "./values";

export interface PredictProps {
  id: string;
  question: string;
  /** What is changed. */
  vary: Patch;
  /** What is asked about. */
  measure: MeasureName;
  /** `Choice`s, then one `Answer`. */
  children: ReactNode;
}

interface Asked {
  id: string;
  right: Outcome;
  chosen: Outcome | undefined;
}

const PredictContext = createContext<Asked | null>(null);

function useAsked(): Asked {
  const asked = use(PredictContext);
  if (!asked) throw new Error("no prediction around this tag");
  return asked;
}

export function Predict({ id, question, measure, children }: PredictProps) {
  const { stop } = useStop(id);
  const figureOf = useLesson((state) => state.figureOf);
  const [before, after] = [stop.scene, id].map((scene) => readMeasure(measure, figureOf(scene)).amount);
  const chosen = useLesson(({ answers }) => answers[id]);
  const asked = useFilled(question, stop.scene);
  return (
    <StopFrame id={id} label={`Prediction: ${asked}`} className={styles.predict}>
      <p className={styles.question}>{asked}</p>
      <PredictContext value={{ id, right: outcomeOf(before, after), chosen }}>
        <div className={styles.choices}>{children}</div>
      </PredictContext>
    </StopFrame>
  );
}

export interface ChoiceProps {
  /** What this choice says will happen to the measure. */
  outcome: Outcome;
  children: ReactNode;
}

export function Choice({ outcome, children }: ChoiceProps) {
  const { id, right, chosen } = useAsked();
  const store = useLessonStore();
  const isRight = outcome === right;
  const mark = chosen === undefined ? null : isRight ? "right" : outcome === chosen ? "not so" : null;
  return (
    <button
      type="button"
      aria-pressed={outcome === chosen}
      aria-disabled={chosen !== undefined}
      data-mark={mark ?? undefined}
      onClick={() => chosen === undefined && store.getState().answer(id, outcome)}
    >
      {children}
      {mark && <em> {mark}</em>}
    </button>
  );
}

/** What is said once the question has been answered. Its values speak of the changed scenario. */
export function Answer({ children }: { children: ReactNode }) {
  const { id, right, chosen } = useAsked();
  const store = useLessonStore();
  const showsBefore = useLesson((state) => state.showsBefore[id] ?? false);
  const show = (which: "before" | "after") => store.getState().show(id, which);
  return (
    <div className={styles.answer} data-answered={chosen !== undefined}>
      <p role="status" className={styles.verdict}>
        {chosen !== undefined && (chosen === right ? "You predicted it." : "The run says otherwise.")}
      </p>
      <SceneContext value={id}>{children}</SceneContext>
      <fieldset className={styles.versions}>
        <legend className="visually-hidden">The stage shows</legend>
        <button type="button" aria-pressed={showsBefore} onClick={() => show("before")}>
          As it was
        </button>
        <button type="button" aria-pressed={!showsBefore} onClick={() => show("after")}>
          With the change
        </button>
      </fieldset>
    </div>
  );
}
