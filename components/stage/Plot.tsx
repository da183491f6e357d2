"use client";
/** The one drawing of a stage: for each device its lanes and its memory, under one time axis. */
import { type CSSProperties, type ReactNode, useId, useRef } from "react";
import { Patterns } from "@/components/marks/Patterns";
import { Memory } from "@/components/memory/Memory";
import { DenseTimeline } from "@/components/timeline/DenseTimeline";
import { Timeline } from "@/components/timeline/Timeline";
import { TimelineCanvas } from "@/components/timeline/TimelineCanvas";
import { formatBytes } from "@/engine/base/units";
import { microbatchesPerRank } from "@/engine/scenario";
import { AskedLayer } from "./AskedLayer";
import { CriticalPathLayer } from "./CriticalPathLayer";
import { CursorLayer } from "./CursorLayer";
import type { Drawing, Shown } from "./drawing";
import { OutOfMemoryLayer } from "./OutOfMemoryLayer";
import styles from "./Plot.module.css";
import { NARROW_PX, planPlot, viewBoxOf } from "./plotFrame";
import { useAsking } from "./useAsking";
import { useGestures } from "./useGestures";
import { useIsAwake } from "./useIsAwake";

export interface PlotProps {
  drawing: Drawing;
  show: Shown;
  /** Of the paragraph that explains what is asked. */
  whyId: string;
}

/** More marks than this are drawn on a canvas: as elements of the page they would no longer move smoothly. */
const MOST_ELEMENTS = 900;

export function Plot({ drawing, show, whyId }: PlotProps) {
  const patterns = useId();
  const { frame, figure, timeline } = drawing;
  const numMicrobatches = microbatchesPerRank(figure.scenario);
  const isDense = timeline.numMarks > MOST_ELEMENTS;
  const isAwake = useIsAwake();
  const lanesFrame = { widthPx: frame.widthPx, windowMs: drawing.windowMs };
  return (
    <Frame drawing={drawing} asks={show.timeline} whyId={whyId}>
      {isDense && isAwake && show.timeline && (
        <TimelineCanvas
          trace={figure.trace}
          marks={timeline}
          frame={lanesFrame}
          numMicrobatches={numMicrobatches}
          widthPx={frame.gutterPx + frame.widthPx + frame.marginPx}
          heightPx={frame.heightPx}
          leftPx={frame.gutterPx}
          topPx={frame.axisPx}
        />
      )}
      <PlotDrawing
        drawing={drawing}
        show={show}
        patterns={patterns}
        timeline={!(isDense && isAwake) && <Lanes drawing={drawing} patterns={patterns} />}
      />
      {/* A drawing of its own over the other: while these move, the browser paints none of the bars again. */}
      <svg
        className={styles.overlay}
        data-overlay=""
        aria-hidden="true"
        viewBox={viewBoxOf(frame)}
        preserveAspectRatio="none"
      >
        <g transform={`translate(${frame.gutterPx} ${frame.axisPx})`}>
          {/* The canvas lies over the drawing, and what pales its bars over both. */}
          {isDense && isAwake && show.timeline && <OutOfMemoryLayer drawing={drawing} />}
          {show.timeline && <CriticalPathLayer drawing={drawing} />}
          {show.timeline && <AskedLayer drawing={drawing} />}
          <CursorLayer drawing={drawing} />
        </g>
      </svg>
    </Frame>
  );
}

/** The lanes as part of the page. */
export function Lanes({
  drawing: { figure, timeline, frame, windowMs },
  patterns,
}: {
  drawing: Drawing;
  patterns: string;
}) {
  const common = { marks: timeline, numMicrobatches: microbatchesPerRank(figure.scenario), patterns };
  if (timeline.numMarks <= MOST_ELEMENTS) return <Timeline {...common} />;
  return <DenseTimeline {...common} trace={figure.trace} frame={{ widthPx: frame.widthPx, windowMs }} />;
}

interface PlotDrawingProps {
  drawing: Drawing;
  show: Shown;
  patterns: string;
  /** The lanes, drawn in one way or another. */
  timeline: ReactNode;
}

/** All that does not follow the cursor. */
export function PlotDrawing({ drawing, show, patterns, timeline }: PlotDrawingProps) {
  const { frame, memory } = drawing;
  return (
    <svg
      aria-hidden="true"
      data-plot={show.timeline && show.memory ? "" : show.memory ? "memory" : "timeline"}
      viewBox={viewBoxOf(frame)}
      preserveAspectRatio="none"
      className={styles.drawing}
      style={heightsOf(drawing, show)}
    >
      <Patterns id={patterns} />
      <g transform={`translate(${frame.gutterPx} ${frame.axisPx})`}>
        <Axis drawing={drawing} />
        {show.memory && <Memory marks={memory.marks} widthPx={frame.widthPx} />}
        {show.timeline && timeline}
        {(timeline || !show.timeline) && <OutOfMemoryLayer drawing={drawing} />}
      </g>
      <RowNames drawing={drawing} showMemory={show.memory} />
    </svg>
  );
}

/**
 * Its heights on a narrow screen and on others, both: which of them holds is for CSS to say, so that nothing moves when
 * the page wakes up and is measured.
 */
function heightsOf({ figure, frame, timeline }: Drawing, show: Shown): CSSProperties {
  const shape = {
    numRanks: figure.devices.length,
    showTimeline: show.timeline,
    showMemory: show.memory,
    showComm: timeline.lanes.some(({ stream }) => stream === "comm"),
  };
  const heightAt = (widthPx: number) => `${planPlot({ ...shape, widthPx }).heightPx / 16}rem`;
  const total = frame.gutterPx + frame.widthPx + frame.marginPx;
  const [narrow, wide] = [Math.min(total, NARROW_PX - 1), Math.max(total, NARROW_PX)].map(heightAt);
  return { "--narrow-height": narrow, "--wide-height": wide } as CSSProperties;
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
  const ref = useRef<HTMLDivElement>(null);
  const ask = useAsking(ref, drawing);
  useGestures(ref, drawing);
  const className = `${styles.plot} ${drawing.zoom > 1 ? styles.zoomed : ""}`;
  if (!asks) {
    return (
      <div
        ref={ref}
        className={className}
        role="img"
        aria-label="Memory of every device over the step."
        aria-describedby={whyId}
        {...ask.pointer}
      >
        {children}
      </div>
    );
  }
  return (
    <div
      ref={ref}
      className={className}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive: its arrow keys go from bar to bar
      tabIndex={0}
      aria-label="Timeline. Arrow keys go from bar to bar and from device to device, and each says what it waited for. Plus and minus zoom, Z zooms to the bar, 0 shows the whole step."
      aria-describedby={whyId}
      {...ask.pointer}
      {...ask.keys}
    >
      {children}
    </div>
  );
}

/** Vertical lines at round times, with their numbers on top. */
function Axis({ drawing: { timeline, frame, time } }: { drawing: Drawing }) {
  return (
    <g className={styles.axis}>
      {timeline.ticks.map(({ atMs, xPx, label }) => (
        <g key={atMs}>
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

function RowNames({ drawing, showMemory }: { drawing: Drawing; showMemory: boolean }) {
  const { frame, figure } = drawing;
  const { rowHeightPx, axisPx, laneHeightPx, memoryHeightPx, isNarrow, nameEvery } = frame;
  // A thin row and the gutter of a phone have no room for the word and two digits.
  const usesNumbers = rowHeightPx < 16 || (isNarrow && figure.devices.length > 9);
  const nameY = laneHeightPx > 0 ? laneHeightPx / 2 : Math.min(10, memoryHeightPx / 2);
  return (
    <>
      {figure.devices.map(({ rank }) => (
        <g key={rank} transform={`translate(0 ${axisPx + rank * rowHeightPx})`}>
          {rank % nameEvery === 0 && (
            <text className={`${styles.device} ${rowHeightPx < 16 ? styles.thin : ""}`} y={nameY}>
              {usesNumbers && rank > 0 ? rank + 1 : `Device ${rank + 1}`}
            </text>
          )}
          {showMemory && !frame.sharesMemory && laneHeightPx > 0 && <MemoryScale drawing={drawing} rank={rank} />}
        </g>
      ))}
      {showMemory && frame.sharesMemory && <SharedMemoryName drawing={drawing} />}
    </>
  );
}

/** The word and the top of the scale need two lines; where there is no room for both, the number stays. */
function MemoryScale({ drawing: { frame, memory }, rank }: { drawing: Drawing; rank: number }) {
  const { memoryTopPx, memoryHeightPx, isNarrow, gutterPx } = frame;
  const hasRoom = memoryHeightPx >= 22 && !isNarrow;
  const top = scaleTop(memory);
  return (
    <>
      {(hasRoom || rank === 0) && (
        <text
          className={styles.scale}
          y={memoryTopPx + (hasRoom ? memoryHeightPx - 4 : Math.min(9, memoryHeightPx / 2 + 3))}
        >
          {hasRoom ? "memory" : top.label}
        </text>
      )}
      {hasRoom && rank === 0 && (
        <text className={styles.scale} x={gutterPx - 6} y={memoryTopPx + top.px + 7} textAnchor="end">
          {top.label}
        </text>
      )}
    </>
  );
}

/** The number of the scale: the capacity at its line, where that is drawn; else the largest peak, at the top. */
function scaleTop({ marks, maxBytes, capacityBytes }: Drawing["memory"]): { px: number; label: string } {
  return { px: Math.max(0, (marks.capacityPx ?? 0) - 3), label: formatBytes(capacityBytes ?? maxBytes) };
}

function SharedMemoryName({ drawing: { frame, memory } }: { drawing: Drawing }) {
  const topPx = frame.axisPx + frame.memoryTopPx;
  const rank = memory.marks.rows[0]?.rank ?? 0;
  const top = scaleTop(memory);
  return (
    <>
      <text className={styles.device} y={topPx + frame.memoryHeightPx / 2 - 8}>
        Device {rank + 1}
      </text>
      <text className={styles.scale} y={topPx + frame.memoryHeightPx / 2 + 13}>
        memory
      </text>
      <text className={styles.scale} x={frame.gutterPx - 6} y={topPx + top.px + 7} textAnchor="end">
        {top.label}
      </text>
    </>
  );
}
