"use client";
/** Under a step whose numbers only training can give: the button that trains, and how far it is. */
import { useStage } from "../stage/state/useStage";
import styles from "./Lesson.module.css";
import { useLesson, useLessonStore, useScript } from "./LessonContext";
import { scenarioKey } from "./lessonStore";
import type { Stop } from "./script";

export function RunLine({ stop: { id, scene } }: { stop: Stop }) {
  const { stops } = useScript();
  const store = useLessonStore();
  const { keyOf, scenarioOf } = store.getState();
  const key = keyOf(scene);
  const trained = useLesson(({ records }) => records)[key]?.length ?? 0;
  const { status, backend, failure } = useStage(({ training }) => training);
  const isOnStage = useStage((stage) => scenarioKey(stage.figure.scenario)) === key;
  const isBusy = isOnStage && (status === "starting" || status === "training");
  const { steps } = scenarioOf(scene);
  // Once all is known, one line says so: under the first step that needed it.
  const isFirst = stops.find((stop) => stop.needsRun && stop.scene === scene)?.id === id;
  if (trained >= steps && !isFirst) return null;
  return (
    <p className={styles.run}>
      {trained < steps && (
        <button type="button" disabled={isBusy} onClick={() => store.getState().run(scene)}>
          Train it here
        </button>
      )}
      <span role="status">{says()}</span>
    </p>
  );

  function says(): string {
    if (isOnStage && status === "failed") return `It did not run: ${failure}.`;
    if (trained > 0)
      return `${trained} of ${steps} training steps done in this tab${backend ? `, on ${backend}` : ""}.`;
    return isBusy ? "Starting the engine…" : `Trains ${steps} steps, here in your browser.`;
  }
}
