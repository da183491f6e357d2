"use client";
/**
 * A switch that makes a mistake for real: the same cluster is trained with the mistake in its program, or without it,
 * and what it costs is measured against one device. Nothing of it is said before it has been run.
 */
import { type ReactNode, useMemo, useState } from "react";
import { formatDifference } from "@/components/marks/format";
import { mistakeNamed } from "@/engine/mistakes";
import type { ScenarioInput } from "@/engine/scenario";
import type { Trial } from "@/engine/worker/protocol";
import { useStage, useStageStore } from "../stage/state/useStage";
import styles from "./BreakIt.module.css";
import { useLesson, useLessonStore, useScene, useScript } from "./LessonContext";
import { StopFrame } from "./StopFrame";
import { type Patch, patchScenario } from "./scenarioPatch";
import { inSentence } from "./title";
import { curvesOf } from "./trial/layout";
import { trialSetting } from "./trial/setting";
import { lossText, TrialPlot } from "./trial/TrialPlot";

export interface BreakItProps {
  id: string;
  /** Its name in `engine/mistakes`. */
  mistake: string;
  /** What is changed of the scene besides, for right and wrong alike: fewer steps, another optimizer. */
  patch?: Patch;
  children: ReactNode;
}

const NO_PATCH: Patch = {};

type Running = { broken: boolean } | null;

export function BreakIt({ id, mistake: name, patch = NO_PATCH, children }: BreakItProps) {
  const mistake = mistakeNamed(name);
  const shown = useScript().scenarios[useScene()];
  const scenario = useMemo(() => patchScenario(shown, patch), [shown, patch]);
  const setting = useMemo(() => trialSetting(shown, scenario), [shown, scenario]);
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

  const curves = curvesOf(trials);
  const isBusy = running !== null || isTraining;
  return (
    <StopFrame id={id} className={styles.breakIt} label={`Break it: ${mistake.title}`}>
      <p className={styles.title}>Break it: {inSentence(mistake.title)}.</p>
      {children}
      {setting && <p className={styles.setting}>{setting}</p>}
      <div className={styles.runs}>
        {[true, false].map((broken) => (
          <button key={String(broken)} type="button" disabled={isBusy} onClick={() => run(broken)}>
            {running?.broken === broken ? "Training…" : broken ? "Train it broken" : "Train it restored"}
          </button>
        ))}
      </div>
      {curves.length > 0 && curves[0].losses.length > 1 && <TrialPlot curves={curves} />}
      <div role="status">
        {failure && <p>It did not run: {failure}.</p>}
        {trials.broken && <Outcome trial={trials.broken} scenario={scenario} consequence={mistake.consequence} />}
        {trials.right && <Outcome trial={trials.right} scenario={scenario} />}
      </div>
    </StopFrame>
  );
}

interface OutcomeProps {
  trial: Trial;
  scenario: ScenarioInput;
  consequence?: string;
}

/** What was measured, in a few sentences. */
function Outcome({ trial, scenario: { steps = 1, mesh = {} }, consequence }: OutcomeProps) {
  const name = trial.mistake ? "Broken" : "Restored";
  if (trial.refusal) return <Refused refusal={trial.refusal} consequence={consequence} />;
  if (!trial.check) return null;
  const { loss, parameter, replicas, losses } = trial.check;
  // As the curves show it: `loss` is relative to one device's where that is above 1.
  const apart = losses && Math.max(...losses.map(({ here, oneDevice }) => Math.abs(here - oneDevice)));
  const hasCopies = (mesh.dp ?? 1) * (mesh.tp ?? 1) > 1;
  return (
    <p data-parameter={parameter} data-replicas={replicas} data-loss={loss}>
      <b>{name}</b>, after {steps} {steps === 1 ? "step" : "steps"}: the parameters differ from those of one device by{" "}
      {farText(parameter)}
      {hasCopies && <>, copies of one parameter from each other by {farText(replicas)}</>}, the loss by at most{" "}
      {farText(Number.isFinite(loss) ? (apart ?? loss) : loss)}
      {consequence ? `: ${consequence}` : ""}. {losses && <Losses losses={losses} />}
      {trial.mistake && " (The stage goes on showing the program without the mistake.)"}
    </p>
  );
}

/** It does not even start. What the engine says names its instructions, so it waits behind a fold. */
function Refused({ refusal, consequence }: { refusal: string; consequence?: string }) {
  return (
    <div data-refused="">
      <p>
        <b>Broken:</b> it does not even start: {consequence}.
      </p>
      <details>
        <summary>What the engine says</summary>
        <p className={styles.engine}>{refusal}.</p>
      </details>
    </div>
  );
}

function Losses({ losses }: Pick<NonNullable<Trial["check"]>, "losses">) {
  const [first, last] = [losses[0], losses.at(-1)];
  if (!first || !last) return null;
  const way = (which: "here" | "oneDevice") => `from ${lossText(first[which])} to ${lossText(last[which])}`;
  return (
    <>
      The loss goes {way("here")}; on one device, {way("oneDevice")}.
    </>
  );
}

/** What has left the numbers is kept as null. */
function farText(difference: number | null): string {
  return difference === null || !Number.isFinite(difference)
    ? "more than can be written"
    : formatDifference(difference);
}
