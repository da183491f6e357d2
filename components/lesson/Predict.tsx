"use client";
/**
 * A question about a change, answered before the stage shows it. The engine decides what is right: it runs the
 * scenario with the change and compares the measure. Until then the answer is nowhere on the page.
 */
import { createContext, type ReactNode, use } from "react";
import type { View } from "../stage/views";
import { clockOf } from "./facts";
import { formatAmount } from "./formatAmount";
import { SceneContext, useFilled, useLesson, useLessonStore, useStop } from "./LessonContext";
import styles from "./Predict.module.css";
import { type Guess, isTrue, type Outcome } from "./predictions";
import { StopFrame } from "./StopFrame";
import type { Patch } from "./scenarioPatch";
import type { PredictStop } from "./script";
import { type MeasureName, meaningOf, readMeasure } from "./values";

export interface PredictProps {
  id: string;
  question: string;
  /** What is changed. */
  vary: Patch;
  /** What is asked about, of one device; the first unless said. */
  measure: MeasureName;
  rank?: number;
  views?: readonly View[];
  /** `Choice`s, then one `Answer`. */
  children: ReactNode;
}

const PredictContext = createContext<PredictStop | null>(null);

function useAsked() {
  const stop = use(PredictContext);
  if (!stop) throw new Error("no prediction around this tag");
  return { stop, chosen: useLesson(({ answers }) => answers[stop.id]) };
}

/** What the measure is before and after the change. Both clusters are run for it: not before somebody has answered. */
function useOutcome({ id, scene, measure, rank }: PredictStop) {
  const figureOf = useLesson((state) => state.figureOf);
  const read = (which: string) => readMeasure(measure, figureOf(which), rank);
  const holds = (guess: Guess) => isTrue(guess, read(scene).amount, read(id).amount);
  const textOf = (which: string) => formatAmount(read(which), clockOf(figureOf(which)));
  return { holds, was: () => textOf(scene), is: () => textOf(id) };
}

export function Predict({ id, question, children }: PredictProps) {
  const { stop } = useStop(id);
  const asked = useFilled(question, stop.scene);
  return (
    <StopFrame id={id} label={`Prediction: ${asked}`} className={styles.predict}>
      <p className={styles.question}>{asked}</p>
      <PredictContext value={stop as PredictStop}>
        <div className={styles.choices}>{children}</div>
      </PredictContext>
      <noscript>
        <p>The answer is found by running both clusters, which needs scripts.</p>
      </noscript>
    </StopFrame>
  );
}

export interface ChoiceProps {
  /** What this choice says will happen to the measure, */
  outcome?: Outcome;
  /** or the number that it says the measure will be. */
  is?: number;
  /** In plain words. */
  children: ReactNode;
}

export function Choice({ outcome, is, children }: ChoiceProps) {
  const { stop, chosen } = useAsked();
  const { holds } = useOutcome(stop);
  const store = useLessonStore();
  const guess = (outcome ?? is) as Guess;
  const mark = chosen === undefined ? null : holds(guess) ? "right" : guess === chosen ? "not so" : null;
  return (
    <button
      type="button"
      aria-pressed={guess === chosen}
      aria-disabled={chosen !== undefined}
      data-mark={mark ?? undefined}
      onClick={() => chosen === undefined && store.getState().answer(stop.id, guess)}
    >
      {children}
      {mark && <em> {mark}</em>}
    </button>
  );
}

/** What is said once the question has been answered. Its values speak of the changed scenario. */
export function Answer({ children }: { children: ReactNode }) {
  const { stop, chosen } = useAsked();
  const store = useLessonStore();
  const showsBefore = useLesson((state) => state.showsBefore[stop.id] ?? false);
  const show = (which: "before" | "after") => store.getState().show(stop.id, which);
  return (
    <div className={styles.answer} data-answered={chosen !== undefined}>
      <p role="status" className={styles.verdict}>
        {chosen !== undefined && <Verdict />}
      </p>
      {chosen !== undefined && (
        <>
          <SceneContext value={stop.id}>{children}</SceneContext>
          <div className={styles.versions}>
            <fieldset>
              <legend className="visually-hidden">The stage shows</legend>
              <button type="button" aria-pressed={showsBefore} onClick={() => show("before")}>
                As it was
              </button>
              <button type="button" aria-pressed={!showsBefore} onClick={() => show("after")}>
                With the change
              </button>
            </fieldset>
            <button type="button" onClick={() => store.getState().askAgain(stop.id)}>
              Ask again
            </button>
          </div>
        </>
      )}
    </div>
  );
}

/** You said this; it is that. The lesson then says why. */
function Verdict() {
  const { stop, chosen } = useAsked();
  const { holds, ...outcome } = useOutcome(stop);
  const textOf = (guess: Guess | undefined) => stop.choices.find((choice) => choice.guess === guess)?.text ?? "";
  const isRight = chosen !== undefined && holds(chosen);
  const right = stop.choices.find(({ guess }) => holds(guess));
  const [was, is] = [outcome.was(), outcome.is()];
  return (
    <>
      You said “{textOf(chosen)}”{isRight ? ", and so it is" : right ? `. It is “${right.text}”` : ". It is not"}: the{" "}
      {meaningOf(stop.measure)}, {is === was ? `${is} before and after` : `${was} before, ${is} now`}.
    </>
  );
}
