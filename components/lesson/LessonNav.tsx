"use client";
/** Where the reader is among the steps, and the way on. Keeps the address on the current step. */
import { useEffect } from "react";
import { useLeftAt, useLesson, useLessonStore, useScript } from "./LessonContext";
import styles from "./LessonNav.module.css";
import { useStopKeys } from "./useStopKeys";
import { useStopScroll } from "./useStopScroll";

export function LessonNav() {
  const { stops } = useScript();
  const store = useLessonStore();
  const current = useLesson((state) => state.current);
  const leftAt = useLeftAt();
  const scrollTo = useStopScroll();

  const move = (direction: 1 | -1): boolean => {
    const next = stops[store.getState().current + direction];
    if (next) scrollTo(next.id);
    return next !== undefined;
  };
  useStopKeys(move, (direction) => isNear(stops[store.getState().current + direction]?.id));
  useAddress();

  return (
    <nav className={styles.nav} aria-label="Steps">
      <button type="button" aria-keyshortcuts="PageUp K" disabled={current === 0} onClick={() => move(-1)}>
        Previous
      </button>
      <span role="status">
        Step {current + 1} of {stops.length}
      </span>
      {leftAt !== null && current === 0 && (
        <button type="button" onClick={() => scrollTo(stops[leftAt].id)}>
          Continue at {leftAt + 1}
        </button>
      )}
      <button
        type="button"
        aria-keyshortcuts="PageDown J"
        disabled={current === stops.length - 1}
        onClick={() => move(1)}
      >
        Next
      </button>
    </nav>
  );
}

/** Whether a stop is at most a window away: if not, there is something to read before it. */
function isNear(id: string | undefined): boolean {
  const box = id === undefined ? undefined : document.getElementById(id)?.getBoundingClientRect();
  return box !== undefined && box.top < window.innerHeight && box.bottom > -window.innerHeight;
}

/** The address names the step: it can be sent to somebody, and a link within the lesson moves the stage. */
function useAddress(): void {
  const { stops } = useScript();
  const store = useLessonStore();

  useEffect(() => {
    const follow = () => store.getState().goTo(decodeURIComponent(window.location.hash.slice(1)));
    const first = stops[0].id;
    store.getState().goTo(first);
    follow();
    window.addEventListener("hashchange", follow);
    const stop = store.subscribe(({ current }, before) => {
      if (current !== before.current) window.history.replaceState(window.history.state, "", `#${stops[current].id}`);
    });
    return () => {
      stop();
      window.removeEventListener("hashchange", follow);
    };
  }, [store, stops]);
}
