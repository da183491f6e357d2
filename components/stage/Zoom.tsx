"use client";
/** Closer to the cursor, where bars come apart into single instructions, and back. */
import type { Drawing } from "./useDrawing";
import styles from "./Zoom.module.css";

export function Zoom({ drawing: { zoom, zoomBy, canZoomIn } }: { drawing: Drawing }) {
  return (
    <fieldset className={styles.zoom} aria-label="Zoom">
      <span>Zoom {zoom}×</span>
      <button type="button" aria-label="Zoom out" disabled={zoom <= 1} onClick={() => zoomBy(1 / 2)}>
        −
      </button>
      <button type="button" aria-label="Zoom in" disabled={!canZoomIn} onClick={() => zoomBy(2)}>
        +
      </button>
    </fieldset>
  );
}
