"use client";
/** Closer to the cursor, where bars come apart into single instructions, and back; and the critical path. */
import type { Drawing } from "./drawing";
import { useStage } from "./state/useStage";
import styles from "./Zoom.module.css";

const STEP = 2;

/** @param hasBars the critical path is drawn along bars */
export function Zoom({ drawing: { zoom, windowMs, time, figure }, hasBars }: { drawing: Drawing; hasBars: boolean }) {
  const zoomBy = useStage((state) => state.zoom);
  const setWindow = useStage((state) => state.setWindow);
  const showsCriticalPath = useStage((state) => state.showsCriticalPath);
  const setCriticalPath = useStage((state) => state.setCriticalPath);
  const isWhole = zoom <= 1.0001;
  return (
    <div className={styles.zoom}>
      {hasBars && (
        <label className={styles.toggle}>
          <input
            type="checkbox"
            checked={showsCriticalPath}
            onChange={({ target }) => setCriticalPath(target.checked)}
          />
          Critical path
        </label>
      )}
      <fieldset aria-label="Zoom">
        <output>{isWhole ? "Whole step" : `${time.short(windowMs[0])} to ${time.text(windowMs[1])}`}</output>
        <button type="button" aria-label="Zoom out" disabled={isWhole} onClick={() => zoomBy(1 / STEP)}>
          −
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => zoomBy(STEP)}>
          +
        </button>
        <button
          type="button"
          className={styles.all}
          aria-label="Show the whole step"
          disabled={isWhole}
          onClick={() => setWindow([0, figure.trace.stepMs])}
        >
          All
        </button>
      </fieldset>
    </div>
  );
}
