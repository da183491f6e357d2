"use client";
/** Forgets what was done in a lesson, for the next reader, or the next class. */
import { forgetProgress } from "./keptProgress";
import styles from "./Lesson.module.css";
import { useLesson } from "./LessonContext";

export function StartOver({ slug }: { slug: string }) {
  const hasBegun = useLesson(({ visited }) => visited.length > 1);
  if (!hasBegun) return null;
  const startOver = () => {
    if (!window.confirm("Forget what you have answered, tried and read in this lesson?")) return;
    forgetProgress(window.localStorage, slug);
    // Everything on the page begins anew, at its first step.
    window.location.replace(window.location.pathname);
  };
  return (
    <p className={styles.startOver}>
      What you have done here is kept in this browser.
      <button type="button" onClick={startOver}>
        Start over
      </button>
    </p>
  );
}
