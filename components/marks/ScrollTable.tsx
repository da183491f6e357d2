/** A table of numbers in a frame that scrolls, also by keys. */
import type { ReactNode } from "react";
import styles from "./ScrollTable.module.css";

export function ScrollTable({ label, caption, children }: { label: string; caption: ReactNode; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable, or nobody without a pointer sees its end
    <section className={styles.frame} aria-label={label} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        {children}
      </table>
    </section>
  );
}

/** The class of cells that hold numbers. */
export const numberCell = styles.number;
