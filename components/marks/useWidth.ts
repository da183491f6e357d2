"use client";
/**
 * The width that a drawing has, in px at the root's usual size of 16. On a projector the root is larger, so there a
 * drawing made for these px comes out larger too: letters, lanes and all.
 */
import { type RefObject, useLayoutEffect, useState } from "react";

/** What the drawing is laid out for until the page is there to be measured. */
export const FIRST_WIDTH_PX = 756;

export function useWidth(ref: RefObject<Element | null>, firstPx = FIRST_WIDTH_PX): number {
  const [widthPx, setWidthPx] = useState(firstPx);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const rootPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      const width = Math.round((element.clientWidth * 16) / rootPx);
      // Nothing is laid out while it is hidden; the last width will do.
      if (width > 0) setWidthPx(width);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return widthPx;
}
