/** A mistake that is often made, or often taught, and what is true instead. */
import type { ReactNode } from "react";
import styles from "./Lesson.module.css";

export interface PitfallProps {
  /** The mistake, in its own words. */
  belief: string;
  children: ReactNode;
}

export function Pitfall({ belief, children }: PitfallProps) {
  return (
    <div role="note" aria-label="Pitfall" className={styles.pitfall}>
      <p className={styles.belief}>{belief}</p>
      {children}
    </div>
  );
}
