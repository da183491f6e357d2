"use client";
/** Lays out everything that the plot of a stage shows, for the width it has. Does not follow the cursor. */
import { type RefObject, useMemo } from "react";
import { useWidth } from "@/components/marks/useWidth";
import { type Drawing, drawFigure, type Shown, showsComm } from "./drawing";
import { useStage } from "./state/useStage";

export function useDrawing(ref: RefObject<HTMLElement | null>, show: Shown): Drawing {
  const widthPx = useWidth(ref);
  const figure = useStage((state) => state.figure);
  const windowMs = useStage((state) => state.windowMs);
  // Only where it has a row of its own does another choice of device change the drawing.
  const rank = useStage((state) => state.rank);
  const { timeline, memory } = show;
  const comm = useMemo(() => showsComm(figure), [figure]);
  return useMemo(
    () => drawFigure(figure, { widthPx, windowMs, rank, comm, timeline, memory }),
    [figure, widthPx, windowMs, rank, comm, timeline, memory],
  );
}
