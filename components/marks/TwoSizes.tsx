"use client";
/**
 * A drawing that is laid out twice, for a phone and for wider places, and scaled to the room it has. Which of the two is
 * seen is for CSS to say, so a page shows the right one before its scripts run, and nothing moves when they do.
 */
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import styles from "./TwoSizes.module.css";

/** What the drawing is laid out for, in px at the root's usual size of 16. */
export const NARROW_PX = 358;
export const WIDE_PX = 756;
/** Places narrower than this get the narrow one; `TwoSizes.module.css` has the same border. */
const BORDER_REM = 40;

export function TwoSizes({ draw }: { draw(widthPx: number): ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const size = useSize(ref);
  return (
    <div ref={ref} className={styles.place}>
      {size !== "wide" && <div className={styles.narrow}>{draw(NARROW_PX)}</div>}
      {size !== "narrow" && <div className={styles.wide}>{draw(WIDE_PX)}</div>}
    </div>
  );
}

/** Null until the page is measured: both are there, and one is seen. */
function useSize(ref: React.RefObject<Element | null>): "narrow" | "wide" | null {
  const [size, setSize] = useState<"narrow" | "wide" | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const rootPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      const width = element.getBoundingClientRect().width;
      // What is hidden has no width; it keeps what it had.
      if (width > 0) setSize(width < BORDER_REM * rootPx ? "narrow" : "wide");
      else setSize((before) => before ?? "wide");
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

/** The size of a drawing that fills its place, as attributes of its `svg`. */
export function filling(widthPx: number, heightPx: number) {
  return { viewBox: `0 0 ${Math.max(1, widthPx)} ${heightPx}`, className: styles.filling };
}
