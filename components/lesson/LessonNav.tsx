"use client";
/**
 * Where the reader is among the steps, and the way on. The buttons read on: to the next step if it is in sight, else
 * further down, so that nothing is passed by; the keys of `useStopKeys` go from step to step. Keeps the address on the
 * current step.
 */
import { useEffect, useRef } from "react";
import { useLeftAt, useLesson, useLessonStore, useScript } from "./LessonContext";
import styles from "./LessonNav.module.css";
import type { Stop } from "./script";
import { useStopKeys } from "./useStopKeys";
import { prefersStill, useStopScroll } from "./useStopScroll";

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
  const ref = useRef<HTMLElement>(null);
  const readOn = (direction: 1 | -1) => {
    const { current } = store.getState();
    const target = stops[current === 0 && direction > 0 && !isAtRest(stops[0]) ? 0 : current + direction];
    const furtherPx = unread(stops[current], target, direction, ref.current as HTMLElement);
    if (furtherPx === 0) scrollTo(target.id);
    else window.scrollBy({ top: furtherPx, behavior: prefersStill() ? "instant" : "smooth" });
  };
  useStopKeys(move, (direction) => isNear(stops[store.getState().current + direction]?.id));
  useAddress();

  return (
    <nav ref={ref} className={styles.nav} aria-label="Steps">
      <button
        type="button"
        title="Back (K: to the previous step)"
        aria-keyshortcuts="PageUp K"
        disabled={current === 0}
        onClick={() => readOn(-1)}
      >
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
        title="On (J: to the next step)"
        aria-keyshortcuts="PageDown J"
        disabled={current === stops.length - 1}
        onClick={() => readOn(1)}
      >
        Next
      </button>
    </nav>
  );
}

/** Whether a stop is where it comes to rest, or above: the text that leads to the first one has been read then. */
function isAtRest(stop: Stop): boolean {
  return boxOf(stop).top <= restPx(stop) + LINE_PX;
}

/**
 * How far to scroll before the target is in sight: by what stands between the line where stops come to rest and the bar
 * of the steps, so that the last line read is the first one then.
 *
 * @returns 0 where it is in sight
 */
function unread(current: Stop, target: Stop, direction: 1 | -1, bar: HTMLElement): number {
  const barPx = bar.getBoundingClientRect().top;
  const pagePx = Math.max(100, barPx - restPx(target) - LINE_PX);
  if (direction < 0) return boxOf(current).top < restPx(current) - pagePx ? -pagePx : 0;
  return boxOf(target).top < barPx - LINE_PX ? 0 : pagePx;
}

const elementOf = ({ id }: Stop) => document.getElementById(id) as HTMLElement;
const boxOf = (stop: Stop) => elementOf(stop).getBoundingClientRect();
const restPx = (stop: Stop) => Number.parseFloat(getComputedStyle(elementOf(stop)).scrollMarginTop);
/** A line of text. */
const LINE_PX = 30;

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
