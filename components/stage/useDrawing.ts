"use client";
/** Lays out everything that the plot of a stage shows, for the width it has. Does not follow the cursor. */
import { type RefObject, useState } from "react";
import { timeFormat } from "@/components/marks/format";
import { useWidth } from "@/components/marks/useWidth";
import { layoutMemory, memoryScale } from "@/components/memory/layout";
import { layoutTimeline } from "@/components/timeline/layout";
import { PRESETS } from "@/engine/simulate";
import { type PlotFrame, planPlot, windowAt } from "./plotFrame";
import type { Figure } from "./state/figure";
import { useStage } from "./state/useStage";

const MAX_ZOOM = 32;

export type Drawing = ReturnType<typeof useDrawing>;

export function useDrawing(ref: RefObject<HTMLElement | null>, show: { timeline: boolean; memory: boolean }) {
  const widthPx = useWidth(ref);
  const figure = useStage((state) => state.figure);
  const [zoom, setZoom] = useState(1);
  const { stepMs } = figure.trace;
  // A number, so that a moving cursor changes nothing here until it reaches another page.
  const fromMs = useStage(({ cursorMs }) => windowAt(stepMs, zoom, cursorMs)[0]);
  const windowMs = [fromMs, fromMs + stepMs / zoom] as const;
  const showComm = figure.trace.program.ranks.some(({ instructions }) =>
    instructions.some(({ stream }) => stream === "comm"),
  );
  const frame = planPlot({
    widthPx,
    numRanks: figure.devices.length,
    showTimeline: show.timeline,
    showComm,
    showMemory: show.memory,
  });
  return {
    figure,
    frame,
    windowMs,
    time: timeFormat(figure.scenario.costs.kind, stepMs / zoom),
    timeline: layoutTimeline(figure.trace, { ...frame, windowMs }),
    memory: memoryOf(figure, frame, windowMs),
    zoom,
    zoomBy: (factor: number) => setZoom(Math.max(1, Math.min(MAX_ZOOM, zoom * factor))),
    canZoomIn: zoom < MAX_ZOOM,
  };
}

function memoryOf(figure: Figure, frame: PlotFrame, windowMs: readonly [number, number]) {
  const { costs } = figure.scenario;
  const capacityBytes = costs.kind === "hardware" ? PRESETS[costs.preset].memoryCapacityBytes : null;
  const scale = memoryScale(
    figure.devices.map(({ peakBytes }) => peakBytes.total),
    capacityBytes,
  );
  const marks = layoutMemory(figure.profiles, {
    widthPx: frame.widthPx,
    windowMs,
    rowHeightPx: frame.rowHeightPx,
    topPx: frame.memoryTopPx,
    heightPx: frame.memoryHeightPx,
    ...scale,
  });
  return { marks, ...scale };
}
