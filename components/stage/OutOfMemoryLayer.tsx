"use client";
/** Marks the moment at which a device's memory no longer suffices, and pales what would come after it. */
import { timeScale } from "@/components/timeline/layout";
import type { Drawing } from "./drawing";
import styles from "./Plot.module.css";

export function OutOfMemoryLayer({ drawing: { figure, memory, frame, windowMs } }: { drawing: Drawing }) {
  const { outOfMemory } = figure;
  if (!outOfMemory || outOfMemory.atMs > windowMs[1]) return null;
  const xPx = timeScale({ widthPx: frame.widthPx, windowMs })(outOfMemory.atMs);
  const endPx = frame.heightPx - frame.axisPx;
  const row = memory.marks.rows.find(({ rank }) => rank === outOfMemory.rank);
  const isInSight = outOfMemory.atMs >= windowMs[0];
  const isLate = xPx > frame.widthPx / 2;
  return (
    <g className={styles.overflow} data-out-of-memory="">
      {/* The step ends here on every device: the others wait for this one. */}
      <rect className={styles.never} x={xPx} y={0} width={frame.widthPx - xPx} height={endPx} />
      {isInSight && <line className={styles.end} x1={xPx} x2={xPx} y1={0} y2={endPx} />}
      {isInSight && row && (
        <>
          <line x1={xPx} x2={xPx} y1={row.topPx - 12} y2={row.bottomPx} />
          <text x={xPx + (isLate ? -6 : 6)} y={labelY(row)} textAnchor={isLate ? "end" : "start"}>
            out of memory
          </text>
        </>
      )}
    </g>
  );
}

/** At the foot of a memory with room for it, below the line of the capacity and clear of the bars; else above it. */
function labelY({ topPx, bottomPx }: { topPx: number; bottomPx: number }): number {
  return bottomPx - topPx >= 24 ? bottomPx - 6 : topPx - 3;
}
