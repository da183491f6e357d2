"use client";
/** Under the stage: the button that trains what stands there, and how far it then is from one device. */
import { formatDifference } from "@/components/marks/format";
import { isTrainable } from "@/engine/model/trainingSize";
import { useStage } from "../stage/state/useStage";
import styles from "./Lesson.module.css";

/** @param hasButton not where the training view, with its own controls, is on the stage as well */
export function TrainLine({ hasButton }: { hasButton: boolean }) {
  const { scenario } = useStage((state) => state.figure);
  const { status, steps } = useStage((state) => state.training);
  const train = useStage((state) => state.train);
  const pause = useStage((state) => state.pauseTraining);
  if (!isTrainable(scenario)) {
    return (
      <span className={styles.train}>
        Too large to train in a tab. Its times and bytes are read from the same kind of program as all others.
      </span>
    );
  }
  const isBusy = status === "training" || status === "starting";
  const left = scenario.steps - steps.length;
  return (
    <span className={styles.train}>
      {hasButton && left > 0 && (
        <button type="button" onClick={() => (isBusy ? pause() : train(left))}>
          {isBusy ? "Pause" : steps.length > 0 ? "Go on" : "Train it here"}
        </button>
      )}
      <Proof />
    </span>
  );
}

/** What shows that the numbers are real. */
function Proof() {
  const { status, backend, steps, failure } = useStage((state) => state.training);
  const { steps: numSteps, mesh } = useStage((state) => state.figure.scenario);
  const overflows = useStage((state) => state.figure.outOfMemory !== null);
  const loss = Math.max(0, ...steps.map(({ lossDifference }) => lossDifference));
  const parameter = steps.findLast((step) => step.parameterDifference !== null)?.parameterDifference;
  const memoryAgrees = steps.every((step) => step.memoryAgrees);
  // The device is simulated, and so is its limit: what would not fit there may well fit here.
  const more = overflows ? ", which has more memory than this device" : "";
  return (
    <span role="status" data-trained={steps.length} data-loss-difference={loss} data-memory-agrees={memoryAgrees}>
      {sentence()}
    </span>
  );

  function sentence(): string {
    if (status === "failed") return `It did not run: ${failure}.`;
    if (status === "starting") return "Starting the engine…";
    if (steps.length === 0) return `${numSteps} training steps, in your browser${more}`;
    const done = `${steps.length} of ${numSteps} steps trained here, on ${backend}`;
    if (steps.length < numSteps) return `${done}.`;
    const memory = memoryAgrees ? "and every byte accounted for was really held" : "but the memory does not agree";
    if (mesh.dp * mesh.pp * mesh.tp === 1) return `${done}, ${memory}.`;
    const parameters = typeof parameter === "number" ? `, the parameters by ${formatDifference(parameter)}` : "";
    return `${done}: the loss differs from one device by ${formatDifference(loss)}${parameters}, ${memory}.`;
  }
}
