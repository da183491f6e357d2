/** Draws every device's memory. Only marks: the layout decides where they are. */
import { memoryFill } from "@/components/theme/palettes";
import type { MemoryMarks } from "./layout";
import styles from "./Memory.module.css";

export interface MemoryProps {
  marks: MemoryMarks;
  widthPx: number;
}

export function Memory({ marks, widthPx }: MemoryProps) {
  return (
    <g>
      {marks.rows.map(({ rank, topPx, bottomPx, areas }) => (
        <g key={rank}>
          {areas.map(({ kind, path }) => (
            <path key={kind} d={path} fill={memoryFill(kind)} data-kind={kind} />
          ))}
          <line className={styles.floor} x1={0} x2={widthPx} y1={bottomPx} y2={bottomPx} />
          {marks.capacityPx !== null && (
            <line
              className={styles.capacity}
              x1={0}
              x2={widthPx}
              y1={topPx + marks.capacityPx}
              y2={topPx + marks.capacityPx}
            />
          )}
        </g>
      ))}
    </g>
  );
}
