"use client";
/** A word of the glossary: its meaning shows while somebody points at it, or has the focus on it. */
import { type KeyboardEvent, type ReactNode, useId } from "react";
import { GLOSSARY, type GlossaryTerm } from "@/content/glossary";
import styles from "./Term.module.css";

export interface TermProps {
  of: GlossaryTerm;
  /** The word as this sentence needs it. */
  children: ReactNode;
}

export function Term({ of, children }: TermProps) {
  const id = useId();
  const leave = ({ key, currentTarget }: KeyboardEvent<HTMLElement>) => {
    if (key === "Escape") currentTarget.blur();
  };
  return (
    <span className={styles.term}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its meaning has to be within reach of the keyboard */}
      <dfn tabIndex={0} aria-describedby={id} onKeyDown={leave}>
        {children}
      </dfn>
      <span id={id} role="tooltip" className={styles.meaning}>
        {GLOSSARY[of].means}
      </span>
    </span>
  );
}
