"use client";
/** The one drawing of a stage: for each device its lanes and its memory, under one time axis. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId } from "react";
import { Patterns } from "@/components/marks/Patterns";
import { Memory } from "@/components/memory/Memory";
import { Timeline } from "@/components/timeline/Timeline";
import { formatBytes } from "@/engine/base/units";
import { microbatchesPerRank } from "@/engine/scenario";
import type { Place } from "@/engine/trace";
import { AskedLayer } from "./AskedLayer";
import { CursorLayer } from "./CursorLayer";
import styles from "./Plot.module.css";
import { viewBoxOf } from "./plotFrame";
import { useStageStore } from "./state/useStage";
import { askableMarks, type Direction, neighbour, subjectOf } from "./subject";
import type { Drawing } from "./useDrawing";

export interface PlotProps {
  drawing: Drawing;
  show: { timeline: boolean; memory: boolean };
  /** Of the paragraph that explains what is asked. */
  whyId: string;
}

export function Plot({ drawing, show, whyId }: PlotProps) {
  const patterns = useId();
  const { frame, figure, timeline, memory } = drawing;
  return (
    <Frame drawing={drawing} asks={show.timeline} whyId={whyId}>
      <svg
        aria-hidden="true"
        viewBox={viewBoxOf(frame)}
        preserveAspectRatio="none"
        style={{ height: `${frame.heightPx / 16}rem` }}
      >
        <Patterns id={patterns} />
        <g transform={`translate(${frame.gutterPx} ${frame.axisPx})`}>
          <Axis drawing={drawing} />
          {show.memory && <Memory marks={memory.marks} widthPx={frame.widthPx} />}
          {show.timeline && (
            <Timeline marks={timeline} numMicrobatches={microbatchesPerRank(figure.scenario)} patterns={patterns} />
          )}
        </g>
        <RowNames drawing={drawing} showMemory={show.memory} />
      </svg>
      {/* A drawing of its own over the other: while these move, the browser paints none of the bars again. */}
      <svg className={styles.overlay} aria-hidden="true" viewBox={viewBoxOf(frame)} preserveAspectRatio="none">
        <g transform={`translate(${frame.gutterPx} ${frame.axisPx})`}>
          {show.timeline && <AskedLayer drawing={drawing} />}
          <CursorLayer drawing={drawing} />
        </g>
      </svg>
    </Frame>
  );
}

/** What the drawings lie in. It takes the focus only where there are bars to ask about. */
function Frame({
  drawing,
  asks,
  whyId,
  children,
}: {
  drawing: Drawing;
  asks: boolean;
  whyId: string;
  children: ReactNode;
}) {
  const ask = useAsking(drawing);
  if (!asks) {
    return (
      <div className={styles.plot} role="img" aria-label="Memory of every device over the step.">
        {children}
      </div>
    );
  }
  return (
    <div
      className={styles.plot}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive: its arrow keys go from bar to bar
      tabIndex={0}
      aria-label="Timeline. Arrow keys go from bar to bar and from device to device, and each says what it waited for."
      aria-describedby={whyId}
      {...ask}
    >
      {children}
    </div>
  );
}

/** Vertical lines at round times, with their numbers on top. */
function Axis({ drawing: { timeline, frame, time } }: { drawing: Drawing }) {
  return (
    <g className={styles.axis}>
      {timeline.ticks.map(({ xPx, label }) => (
        <g key={label}>
          <line x1={xPx} x2={xPx} y1={-2} y2={frame.heightPx - frame.axisPx} />
          <text x={xPx} y={-12}>
            {label}
          </text>
        </g>
      ))}
      <text x={-frame.gutterPx} y={-12} className={styles.unit}>
        {/* The gutter of a phone holds one word. */}
        {frame.gutterPx < 64 ? time.unit.split(" ").at(-1) : time.unit}
      </text>
    </g>
  );
}

function RowNames({ drawing: { frame, figure, memory }, showMemory }: { drawing: Drawing; showMemory: boolean }) {
  const { rowHeightPx, axisPx, laneHeightPx, memoryTopPx, memoryHeightPx, isNarrow } = frame;
  const nameY = laneHeightPx > 0 ? laneHeightPx / 2 : Math.min(10, memoryHeightPx / 2);
  // The word and the top of the scale need two lines; where there is no room for both, the number stays.
  const hasRoom = memoryHeightPx >= 22 && !isNarrow;
  return figure.devices.map(({ rank }) => (
    <g key={rank} transform={`translate(0 ${axisPx + rank * rowHeightPx})`}>
      <text className={styles.device} y={nameY} fontSize={isNarrow ? 11.5 : 13.5}>
        Device {rank + 1}
      </text>
      {showMemory && laneHeightPx > 0 && (hasRoom || rank === 0) && (
        <text
          className={styles.scale}
          y={memoryTopPx + (hasRoom ? memoryHeightPx - 4 : Math.min(9, memoryHeightPx / 2 + 3))}
        >
          {hasRoom ? "memory" : formatBytes(memory.maxBytes)}
        </text>
      )}
      {showMemory && hasRoom && laneHeightPx > 0 && rank === 0 && (
        <text className={styles.scale} x={frame.gutterPx - 6} y={memoryTopPx + 7} textAnchor="end">
          {formatBytes(memory.maxBytes)}
        </text>
      )}
    </g>
  ));
}

const ARROWS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** Pointing at a mark asks about it; with the focus on the plot, arrow keys do. */
function useAsking({ timeline }: Drawing) {
  const store = useStageStore();
  return {
    onPointerMove: (event: PointerEvent) => {
      const place = placeOf(event);
      if (place || event.pointerType === "mouse") ask(place);
    },
    // A finger that is lifted has not stopped asking.
    onPointerLeave: (event: PointerEvent) => event.pointerType === "mouse" && ask(null),
    onPointerDown: (event: PointerEvent) => {
      const place = placeOf(event);
      if (place) store.getState().selectRank(place.rank);
      if (place) ask(place);
    },
    onBlur: () => ask(null),
    onKeyDown: (event: KeyboardEvent) => {
      const direction = ARROWS[event.key];
      if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const place = neighbour(askableMarks(timeline), subjectOf(store.getState()), direction);
      if (place) store.getState().selectRank(place.rank);
      ask(place);
    },
  };

  function ask(place: Place | null) {
    const { asked, ask } = store.getState();
    const same =
      asked && place && asked.rank === place.rank && asked.stream === place.stream && asked.atMs === place.atMs;
    if (asked !== place && !same) ask(place);
  }
}

/** Marks carry their place: rank, stream, and a time inside them. */
function placeOf({ target }: PointerEvent): Place | null {
  const mark = (target as Element).closest("[data-mark]")?.getAttribute("data-mark");
  if (!mark) return null;
  const [rank, stream, atMs] = mark.split(" ");
  return { rank: Number(rank), stream: stream as Place["stream"], atMs: Number(atMs) };
}
