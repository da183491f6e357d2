"use client";
/**
 * Zooming and panning the plot: wheel and pinch zoom about the pointer, a drag or a sideways wheel pans. A plain wheel
 * belongs to the page until the plot has the focus, so that nobody who scrolls past is caught in it.
 */
import { type RefObject, useEffect, useRef } from "react";
import type { Drawing } from "./drawing";
import { useStageStore } from "./state/useStage";

const ZOOM_PER_WHEEL_PX = 0.0022;
const ZOOM_PER_PINCH_PX = 0.01;
const DRAG_STARTS_PX = 4;

/** From an event to px from the left edge of the lanes, and from the top of the first row. */
export function pointIn(element: Element, { frame }: Drawing, event: { clientX: number; clientY: number }) {
  const { left, top, width } = element.getBoundingClientRect();
  const scale = width / (frame.gutterPx + frame.widthPx + frame.marginPx) || 1;
  return {
    xPx: (event.clientX - left) / scale - frame.gutterPx,
    yPx: (event.clientY - top) / scale - frame.axisPx,
    scale,
  };
}

export function useGestures(ref: RefObject<HTMLElement | null>, drawing: Drawing) {
  const store = useStageStore();
  const latest = useRef(drawing);
  useEffect(() => {
    latest.current = drawing;
  });

  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    /** Pointers that are down, where they last were; and whether they have begun to drag. */
    const pointers = new Map<number, { clientX: number; clientY: number }>();
    let drags = false;

    const timeAt = (clientX: number) => {
      const { frame } = latest.current;
      const { windowMs } = store.getState();
      const { xPx } = pointIn(element, latest.current, { clientX, clientY: 0 });
      const share = Math.max(0, Math.min(1, xPx / (frame.widthPx || 1)));
      return windowMs[0] + share * (windowMs[1] - windowMs[0]);
    };
    const panBy = (clientPx: number) => {
      const { scale } = pointIn(element, latest.current, { clientX: 0, clientY: 0 });
      store.getState().pan(clientPx / scale / (latest.current.frame.widthPx || 1));
    };
    const onWheel = (event: WheelEvent) => {
      const { windowMs, figure, zoom } = store.getState();
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        if (windowMs[1] - windowMs[0] >= figure.trace.stepMs) return;
        event.preventDefault();
        panBy(sideways);
        return;
      }
      const isPinch = event.ctrlKey || event.metaKey;
      const hasFocus = element.contains(document.activeElement);
      const isWhole = windowMs[1] - windowMs[0] >= figure.trace.stepMs;
      if (!isPinch && (!hasFocus || (isWhole && event.deltaY > 0))) return;
      event.preventDefault();
      const perPx = event.ctrlKey ? ZOOM_PER_PINCH_PX : ZOOM_PER_WHEEL_PX;
      zoom(Math.exp(-event.deltaY * perPx), timeAt(event.clientX));
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest("[data-handle]")) return;
      pointers.set(event.pointerId, event);
      drags = false;
    };
    const onMove = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const movedPx = event.clientX - before.clientX;
      if (pointers.size === 1 && !drags && Math.abs(movedPx) < DRAG_STARTS_PX) return;
      if (!drags) element.setPointerCapture(event.pointerId);
      drags = true;
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      if (other) {
        const spread = (at: { clientX: number }) => Math.max(20, Math.abs(at.clientX - other.clientX));
        store.getState().zoom(spread(event) / spread(before), timeAt((event.clientX + other.clientX) / 2));
      } else panBy(-movedPx);
      pointers.set(event.pointerId, { clientX: event.clientX, clientY: event.clientY });
    };
    const onUp = (event: PointerEvent) => {
      pointers.delete(event.pointerId);
    };
    const onClick = (event: MouseEvent) => {
      // The click that ends a drag chooses nothing.
      if (drags) event.stopPropagation();
      drags = false;
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    element.addEventListener("pointerdown", onDown);
    element.addEventListener("pointermove", onMove);
    element.addEventListener("pointerup", onUp);
    element.addEventListener("pointercancel", onUp);
    element.addEventListener("click", onClick, true);
    return () => {
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("pointerdown", onDown);
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerup", onUp);
      element.removeEventListener("pointercancel", onUp);
      element.removeEventListener("click", onClick, true);
    };
  }, [ref, store]);
}
