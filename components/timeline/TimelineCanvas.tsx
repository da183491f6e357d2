"use client";
/** A timeline of very many bars on a canvas: the marks of the same layout, drawn again at every frame of a gesture. */
import { useLayoutEffect, useRef } from "react";
import { useThemeKey } from "@/components/theme/useThemeKey";
import { paintTimeline } from "./paint";
import type { TimelineProps } from "./Timeline";
import styles from "./Timeline.module.css";

export interface TimelineCanvasProps extends Omit<TimelineProps, "patterns"> {
  /** Of the drawing, with its gutters. */
  sizePx: { widthPx: number; heightPx: number };
  /** Where the lanes begin. */
  originPx: { xPx: number; yPx: number };
}

export function TimelineCanvas({ marks, numMicrobatches, sizePx, originPx }: TimelineCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const theme = useThemeKey();
  useLayoutEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d", { alpha: true });
    if (!canvas || !context) return;
    const scale = (canvas.clientWidth / sizePx.widthPx) * devicePixelRatio || 1;
    const [width, height] = [sizePx.widthPx * scale, sizePx.heightPx * scale].map(Math.round);
    // Setting a size clears a canvas and gives it new memory: only when it changes.
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, sizePx.widthPx, sizePx.heightPx);
    context.translate(originPx.xPx, originPx.yPx);
    paintTimeline(context, marks, numMicrobatches, theme);
    canvas.dataset.painted = String(Number(canvas.dataset.painted ?? 0) + 1);
  }, [marks, numMicrobatches, sizePx.widthPx, sizePx.heightPx, originPx.xPx, originPx.yPx, theme]);
  return (
    <div aria-hidden="true">
      <canvas ref={ref} className={styles.canvas} />
    </div>
  );
}
