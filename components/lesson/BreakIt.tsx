"use client";
/**
 * A switch that makes a mistake for real: the same cluster is trained with the mistake in its program, or without it,
 * and what it costs is measured against one device. Nothing of it is said before it has been run.
 */
import { type ReactNode, useState } from "react";
import { formatDifference } from "@/components/marks/format";
import { mistakeNamed } from "@/engine/mistakes";
import type { Trial } from "@/engine/worker/protocol";
import { useStage, useStageStore } from "../stage/state/useStage";
import styles from "./BreakIt.module.css";
import { useLesson, useLessonStore, useScene, useScript } from "./LessonContext";
import { type Patch, patchScenario } from "./scenarioPatch";
import { inSentence } from "./title";

export interface BreakItProps {
  id: string;
  /** Its name in `engine/mistakes`. */
  mistake: string;
  /** What is changed of the scene besides, for right and wrong alike: fewer steps, another optimizer. */
  patch?: Patch;
  children: ReactNode;
}

type Running = { broken: boolean } | null;

export function BreakIt({ id, mistake: name, patch = {}, children }: BreakItProps) {
  const mistake = mistakeNamed(name);
  const scenario = patchScenario(useScript().scenarios[useScene()], patch);
  const stage = useStageStore();
  const isTraining = useStage(({ training }) => training.status === "training" || training.status === "starting");
  const lesson = useLessonStore();
  const trials = useLesson((state) => state.trials[id]) ?? {};
  const [running, setRunning] = useState<Running>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const run = async (broken: boolean) => {
    setRunning({ broken });
    setFailure(null);
    try {
      lesson.getState().keepTrial(id, await stage.getState().tryMistake(scenario, broken ? name : null));
    } catch (error) {
      setFailure((error as Error).message);
    }
    setRunning(null);
  };

  const isBusy = running !== null || isTraining;
  return (
    <aside className={styles.breakIt} id={id} aria-label={`Break it: ${mistake.title}`}>
      <p className={styles.title}>Break it: {inSentence(mistake.title)}.</p>
      {children}
      <div className={styles.runs}>
        {[true, false].map((broken) => (
          <button key={String(broken)} type="button" disabled={isBusy} onClick={() => run(broken)}>
            {running?.broken === broken ? "Training…" : broken ? "Train it broken" : "Train it restored"}
          </button>
        ))}
      </div>
      <div role="status">
        {failure && <p>It did not run: {failure}.</p>}
        {trials.broken && (
          <Outcome trial={trials.broken} steps={scenario.steps ?? 1} consequence={mistake.consequence} />
        )}
        {trials.right && <Outcome trial={trials.right} steps={scenario.steps ?? 1} />}
      </div>
    </aside>
  );
}

/** What was measured, in a sentence or two. */
function Outcome({ trial, steps, consequence }: { trial: Trial; steps: number; consequence?: string }) {
  const name = trial.mistake ? "Broken" : "Restored";
  if (trial.refusal) {
    return (
      <p data-refused="">
        <b>{name}:</b> it does not even start. {trial.refusal}.
      </p>
    );
  }
  if (!trial.check) return null;
  const { loss, parameter, replicas } = trial.check;
  return (
    <p data-parameter={parameter} data-replicas={replicas} data-loss={loss}>
      <b>{name}</b>, after {steps} steps: the parameters differ from those of one device by {farText(parameter)},
      replicas from each other by {farText(replicas)}, the loss by {farText(loss)}
      {consequence ? `: ${consequence}` : ""}.
    </p>
  );
}

/** What has left the numbers is kept as null. */
function farText(difference: number | null): string {
  return difference === null || !Number.isFinite(difference)
    ? "more than can be written"
    : formatDifference(difference);
}
