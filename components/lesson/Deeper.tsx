/** What a reader can leave out: closed until asked for. Works without scripts. */
import type { ReactNode } from "react";
import styles from "./Lesson.module.css";

export function Deeper({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className={styles.deeper}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}
