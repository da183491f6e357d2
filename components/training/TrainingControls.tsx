"use client";
/** Run, pause, one step, start over; and how far the training is. */
import { useId } from "react";
import { useStage } from "../stage/state/useStage";
import styles from "./Training.module.css";

export interface TrainingProps {
  /** Why what stands on the stage is not trained; null when nothing speaks against it. */
  refusal: string | null;
}

export function TrainingControls({ refusal }: TrainingProps) {
  const status = useStage((state) => state.training.status);
  const numSteps = useStage((state) => state.figure.scenario.steps);
  const done = useStage((state) => state.training.steps.length);
  const train = useStage((state) => state.train);
  const pause = useStage((state) => state.pauseTraining);
  const reset = useStage((state) => state.resetTraining);
  const busy = status === "training" || status === "starting";
  const left = numSteps - done;
  const isRefused = refusal !== null && !busy;
  const reasonId = useId();
  return (
    <fieldset className={styles.controls} aria-label="Training">
      <button
        type="button"
        className={styles.run}
        disabled={isRefused || (!busy && left === 0)}
        aria-describedby={isRefused ? reasonId : undefined}
        onClick={() => (busy ? pause() : train(left))}
      >
        {busy ? "Pause" : done > 0 && left > 0 ? "Go on" : "Train it here"}
      </button>
      <button type="button" disabled={isRefused || busy || left === 0} onClick={() => train(1)}>
        One step
      </button>
      <button type="button" disabled={done === 0 && status !== "failed"} onClick={reset}>
        Start over
      </button>
      {isRefused ? (
        <span id={reasonId} role="status" className={styles.failure}>
          {refusal}, so it does not train.
        </span>
      ) : (
        <Progress />
      )}
    </fieldset>
  );
}

function Progress() {
  const { status, backend, steps, failure } = useStage((state) => state.training);
  const numSteps = useStage((state) => state.figure.scenario.steps);
  const disagreement = steps.find(({ memoryAgrees }) => !memoryAgrees)?.disagreement;
  if (status === "failed") {
    return (
      <span role="alert" className={styles.failure}>
        Training failed: {failure}
      </span>
    );
  }
  if (disagreement) return <span className={styles.failure}>{disagreement}</span>;
  return (
    <span className={styles.progress} role="status">
      {status === "idle" && steps.length === 0 && `${numSteps} steps, in this tab`}
      {status === "starting" && "starting the engine"}
      {steps.length > 0 && (
        <>
          step <b>{steps.length}</b> of {numSteps}, on {backend}
        </>
      )}
    </span>
  );
}
