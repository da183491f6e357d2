/** What to take along, at the end. */
import type { ReactNode } from "react";
import styles from "./Lesson.module.css";

export function Recap({ children }: { children: ReactNode }) {
  return (
    <section className={styles.recap} aria-labelledby="recap">
      <h2 id="recap">Recap</h2>
      {children}
    </section>
  );
}
