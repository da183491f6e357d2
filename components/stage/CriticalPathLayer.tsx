"use client";
/** The chain of operations that makes the step as long as it is, as a line through them. */
import { useMemo } from "react";
import { criticalPathMarks } from "@/components/timeline/criticalPath";
import { criticalPath } from "@/engine/trace";
import type { Drawing } from "./drawing";
import styles from "./Plot.module.css";
import { useStage } from "./state/useStage";

export function CriticalPathLayer({ drawing: { figure, timeline, frame, windowMs } }: { drawing: Drawing }) {
  const shows = useStage((state) => state.showsCriticalPath);
  const path = useMemo(() => (shows ? criticalPath(figure.trace) : []), [shows, figure]);
  if (!shows) return null;
  const d = criticalPathMarks(path, timeline.lanes, { widthPx: frame.widthPx, windowMs });
  return (
    <g className={styles.critical} data-critical="">
      <path className={styles.criticalEdge} d={d} />
      <path d={d} />
    </g>
  );
}
