"use client";
/** What steps, predictions and exercises share: an address, the mark of the current one, a click that goes there. */
import type { ReactNode } from "react";
import styles from "./Lesson.module.css";
import { useLessonStore, useStop } from "./LessonContext";

export interface StopFrameProps {
  id: string;
  label?: string;
  className?: string;
  children: ReactNode;
}

/** Controls act themselves; only a click on the text around them is a wish to be there. */
const CONTROLS = "a, button, input, label, select, summary";

export function StopFrame({ id, label, className = "", children }: StopFrameProps) {
  const { stop, isCurrent } = useStop(id);
  const store = useLessonStore();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the lesson's own, see useStopKeys
    <section
      id={id}
      aria-label={label}
      data-scene={stop.scene}
      data-stop={stop.kind}
      aria-current={isCurrent ? "step" : undefined}
      className={`${styles.stop} ${className}`}
      onClick={({ target }) => {
        if (!(target as Element).closest(CONTROLS)) store.getState().goTo(id);
      }}
    >
      {children}
    </section>
  );
}
