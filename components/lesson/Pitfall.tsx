/** A mistake that is often made, or often taught, and what is true instead. */
import type { ReactNode } from "react";
import styles from "./Lesson.module.css";
import { StopFrame } from "./StopFrame";

export interface PitfallProps {
  id: string;
  /** The mistake, in its own words. */
  belief: string;
  children: ReactNode;
}

export function Pitfall({ id, belief, children }: PitfallProps) {
  return (
    <StopFrame id={id} label={`Pitfall: ${belief}`} className={styles.pitfall}>
      <small>Often said, and not so</small>
      <p className={styles.belief}>{belief}</p>
      {children}
    </StopFrame>
  );
}
