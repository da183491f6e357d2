"use client";
/** A timeline of very many bars on a canvas: the marks of the same layout, drawn again at every frame of a gesture. */
import { useLayoutEffect, useRef } from "react";
import { useThemeKey } from "@/components/theme/useThemeKey";
import { type Painting, paintTimeline } from "./paint";
import styles from "./Timeline.module.css";

export interface TimelineCanvasProps extends Omit<Painting, "theme"> {
  /** Of the whole drawing, with its gutters. */
  widthPx: number;
  heightPx: number;
}

export function TimelineCanvas(props: TimelineCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const theme = useThemeKey();
  useLayoutEffect(() => {
    const canvas = ref.current;
    // Its pixels are written here: they need not go to a graphics card and back.
    const context = canvas?.getContext("2d", { willReadFrequently: true });
    if (!canvas || !context) return;
    const { widthPx, heightPx } = props;
    const scale = (canvas.clientWidth / widthPx) * devicePixelRatio || 1;
    const [width, height] = [widthPx * scale, heightPx * scale].map(Math.round);
    // Setting a size clears a canvas and gives it new memory: only when it changes.
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    paintTimeline(context, { ...props, theme }, scale);
    canvas.dataset.painted = String(Number(canvas.dataset.painted ?? 0) + 1);
  });
  return (
    <div aria-hidden="true">
      <canvas ref={ref} className={styles.canvas} />
    </div>
  );
}
