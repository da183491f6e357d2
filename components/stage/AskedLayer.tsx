"use client";
/** Outlines what the stage explains, and draws a line to it from the end of what it waited for. */
import { explain } from "@/components/timeline/explain";
import { timeScale } from "@/components/timeline/layout";
import type { Place } from "@/engine/trace";
import styles from "./Plot.module.css";
import { useStage } from "./state/useStage";
import { subjectOf } from "./subject";
import type { Drawing } from "./useDrawing";

export function AskedLayer({ drawing: { figure, frame, windowMs, timeline, time } }: { drawing: Drawing }) {
  // Its fields, one by one, so that only another subject draws this again.
  const rank = useStage((state) => subjectOf(state)?.rank ?? -1);
  const stream = useStage((state) => subjectOf(state)?.stream ?? "compute");
  const atMs = useStage((state) => subjectOf(state)?.atMs ?? 0);
  const explanation = rank < 0 ? null : explain(figure.trace, { rank, stream, atMs }, timeline.detail, time);
  if (!explanation) return null;
  const x = timeScale({ widthPx: frame.widthPx, windowMs });
  const { startMs, endMs, cause } = explanation;
  if (endMs < windowMs[0] || startMs > windowMs[1]) return null;
  const lane = laneOf(explanation);
  // An idle stretch ends where its cause ends; a bar begins there.
  const fromX = x(startMs);
  const toX = Math.max(x(endMs), fromX + 2);
  const meets = cause && Math.abs(cause.atMs - endMs) < Math.abs(cause.atMs - startMs) ? toX : fromX;
  return (
    <g className={styles.asked}>
      <rect x={fromX - 1} y={lane.yPx - 1.5} width={toX - fromX + 2} height={lane.heightPx + 3} rx={3} />
      {cause && cause.atMs >= windowMs[0] && cause.atMs <= windowMs[1] && (
        <Reason fromX={x(cause.atMs)} from={laneOf(cause)} toX={meets} to={lane} />
      )}
    </g>
  );

  function laneOf(place: Pick<Place, "rank" | "stream">): Box {
    const found = timeline.lanes.find((one) => one.rank === place.rank && one.stream === place.stream);
    return found ?? { yPx: 0, heightPx: 0 };
  }
}

interface Box {
  yPx: number;
  heightPx: number;
}

function Reason({ fromX, from, toX, to }: { fromX: number; from: Box; toX: number; to: Box }) {
  const fromY = from.yPx + from.heightPx / 2;
  const toY = from.yPx > to.yPx ? to.yPx + to.heightPx + 1.5 : to.yPx - 1.5;
  return (
    <>
      <path d={`M${fromX},${fromY}C${fromX},${(fromY + toY) / 2} ${toX},${(fromY + toY) / 2} ${toX},${toY}`} />
      <circle cx={fromX} cy={fromY} r={3} />
    </>
  );
}
