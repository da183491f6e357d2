"use client";
/**
 * Reading moves the stage: the stop that crosses the reading line becomes the current one. The line lies a little
 * below where a stop comes to rest when the page scrolls to it (its scroll margin).
 */
import { useEffect, useRef } from "react";
import { useLessonStore, useScript } from "./LessonContext";

/** Far enough below the rest that a stop that came to rest is over the line. */
const BELOW_REST_PX = 24;

/** How a reader scrolls or acts: from then on, whatever crosses the line counts again. */
const WISHES = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

export const prefersStill = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @returns goes to a stop and brings it to rest */
export function useStopScroll(): (id: string) => void {
  const store = useLessonStore();
  const { stops } = useScript();
  /** The stop that the page scrolls to on its own: those that pass on the way are not read. */
  const bound = useRef<string | null>(null);

  useEffect(() => {
    const elements = stops.map(({ id }) => document.getElementById(id) as HTMLElement);
    const reach = (id: string) => {
      if (bound.current && id !== bound.current) return;
      bound.current = null;
      if (stops[store.getState().current].id !== id) store.getState().goTo(id);
    };
    // An address that names a stop has moved the page already, and says it better than the line.
    let observer = observeLine(elements, reach, window.location.hash !== "");
    const renew = () => {
      observer.disconnect();
      observer = observeLine(elements, reach, true);
    };
    const release = () => {
      bound.current = null;
    };
    window.addEventListener("resize", renew);
    for (const wish of WISHES) window.addEventListener(wish, release, { capture: true, passive: true });
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", renew);
      for (const wish of WISHES) window.removeEventListener(wish, release, { capture: true });
    };
  }, [store, stops]);

  return (id) => {
    bound.current = id;
    store.getState().goTo(id);
    document.getElementById(id)?.scrollIntoView({ behavior: prefersStill() ? "instant" : "smooth", block: "start" });
  };
}

/** @param skipFirst what is over the line at the beginning does not count: nobody scrolled there */
function observeLine(elements: readonly HTMLElement[], reach: (id: string) => void, skipFirst: boolean) {
  const restPx = Number.parseFloat(getComputedStyle(elements[0]).scrollMarginTop);
  const linePx = Math.round(Math.min(restPx + BELOW_REST_PX, window.innerHeight - 2));
  let skip = skipFirst;
  const observer = new IntersectionObserver(
    (entries) => {
      const id = entries.findLast(({ isIntersecting }) => isIntersecting)?.target.id;
      if (id && !skip) reach(id);
      skip = false;
    },
    { rootMargin: `${-linePx}px 0px ${linePx + 1 - window.innerHeight}px 0px` },
  );
  for (const element of elements) observer.observe(element);
  return observer;
}
