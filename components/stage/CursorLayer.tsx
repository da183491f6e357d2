"use client";
/** The cursor: a line through all devices. On a layer of its own, so that moving it draws nothing else again. */
import { type PointerEvent, useState } from "react";
import { timeScale } from "@/components/timeline/layout";
import type { Drawing } from "./drawing";
import styles from "./Plot.module.css";
import { useStage, useStageStore } from "./state/useStage";

export function CursorLayer({ drawing: { frame, windowMs } }: { drawing: Drawing }) {
  const cursorMs = useStage((state) => state.cursorMs);
  const xPx = timeScale({ widthPx: frame.widthPx, windowMs })(cursorMs);
  const bottomPx = frame.heightPx - frame.axisPx;
  const inView = cursorMs >= windowMs[0] && cursorMs <= windowMs[1];
  return (
    <g className={styles.cursor}>
      {inView && (
        <>
          <line x1={xPx} x2={xPx} y1={-4} y2={bottomPx} />
          <circle cx={xPx} cy={-4} r={4} />
        </>
      )}
      <AxisHandle widthPx={frame.widthPx} heightPx={frame.axisPx} windowMs={windowMs} />
    </g>
  );
}

interface AxisHandleProps {
  widthPx: number;
  heightPx: number;
  windowMs: readonly [number, number];
}

/** How far the handle reaches out at both ends. */
const REACH_PX = 8;

/** Where the axis is, a click or a drag sets the cursor. */
function AxisHandle({ widthPx, heightPx, windowMs }: AxisHandleProps) {
  const store = useStageStore();
  // A drag goes by the window in which it began: zoomed in, the window follows the cursor.
  const [dragged, setDragged] = useState(windowMs);
  const scrub = (event: PointerEvent<SVGRectElement>, [from, to]: readonly [number, number]) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const xPx = ((event.clientX - left) / (width || 1)) * (widthPx + 2 * REACH_PX) - REACH_PX;
    const share = Math.max(0, Math.min(1, xPx / (widthPx || 1)));
    store.getState().setCursor(from + share * (to - from));
  };
  return (
    <rect
      data-handle=""
      className={styles.handle}
      x={-REACH_PX}
      y={-heightPx}
      width={widthPx + 2 * REACH_PX}
      height={heightPx}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(windowMs);
        scrub(event, windowMs);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && scrub(event, dragged)}
    />
  );
}
