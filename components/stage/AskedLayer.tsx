"use client";
/** Outlines what the stage explains, and draws a line from what it waited for, and to what waits for it. */
import { explain } from "@/components/timeline/explain";
import { timeScale, trackBox } from "@/components/timeline/layout";
import { barSpans } from "@/components/timeline/spans";
import type { Place } from "@/engine/trace";
import type { Drawing } from "./drawing";
import styles from "./Plot.module.css";
import { useStage } from "./state/useStage";
import { subjectOf } from "./subject";

/** More lines than this say nothing. */
const MOST_LINKS = 24;

export function AskedLayer({ drawing: { figure, frame, windowMs, timeline, time } }: { drawing: Drawing }) {
  // Its fields, one by one, so that only another subject draws this again.
  const rank = useStage((state) => subjectOf(state)?.rank ?? -1);
  const stream = useStage((state) => subjectOf(state)?.stream ?? "compute");
  const atMs = useStage((state) => subjectOf(state)?.atMs ?? 0);
  const index = useStage((state) => subjectOf(state)?.index);
  const isAsked = useStage((state) => state.asked !== null);
  const hidden = useStage((state) => state.askedBytes !== null);
  const explanation = rank < 0 || hidden ? null : explain(figure, { rank, stream, atMs, index }, timeline.detail, time);
  if (!explanation) return null;
  const x = timeScale({ widthPx: frame.widthPx, windowMs });
  const { startMs, endMs, cause } = explanation;
  if (endMs < windowMs[0] || startMs > windowMs[1]) return null;
  const lane = laneOf(explanation);
  // An idle stretch ends where its cause ends; a bar begins there.
  const fromX = x(startMs);
  const toX = Math.max(x(endMs), fromX + 2);
  const meets = cause && Math.abs(cause.atMs - endMs) < Math.abs(cause.atMs - startMs) ? toX : fromX;
  const inWindow = (place: Place) => place.atMs >= windowMs[0] && place.atMs <= windowMs[1];
  const links = (places: readonly Place[]) => (isAsked ? places.filter(inWindow).slice(0, MOST_LINKS) : []);
  const isCause = (place: Place) => cause !== null && place.rank === cause.rank && place.index === cause.index;
  return (
    <g className={styles.asked}>
      {links(explanation.before)
        .filter((place) => !isCause(place))
        .map((place) => (
          <Link
            key={`before ${keyOf(place)}`}
            kind="before"
            x={x(place.atMs)}
            at={laneOf(place)}
            toX={fromX}
            to={lane}
          />
        ))}
      {links(explanation.after).map((place) => (
        <Link key={`after ${keyOf(place)}`} kind="after" x={x(place.atMs)} at={laneOf(place)} toX={toX} to={lane} />
      ))}
      <rect x={fromX - 1} y={lane.yPx - 1.5} width={toX - fromX + 2} height={lane.heightPx + 3} rx={3} />
      {cause && inWindow(cause) && <Link kind="cause" x={x(cause.atMs)} at={laneOf(cause)} toX={meets} to={lane} />}
    </g>
  );

  function laneOf({ rank, stream, index }: Pick<Place, "rank" | "stream" | "index">): Box {
    const found = timeline.lanes.find((one) => one.rank === rank && one.stream === stream);
    if (!found) return { yPx: 0, heightPx: 0 };
    const bars = stream === "comm" ? barSpans(figure.trace, rank, stream, timeline.detail) : [];
    const bar = bars.find(({ first }) => first === index);
    return bar ? trackBox(found, bar) : found;
  }
}

const keyOf = ({ rank, index, atMs }: Place) => `${rank} ${index} ${atMs}`;

interface Box {
  yPx: number;
  heightPx: number;
}

interface LinkProps {
  /** The cause is what ended last: only that made it wait. */
  kind: "cause" | "before" | "after";
  x: number;
  at: Box;
  toX: number;
  to: Box;
}

/** From the edge of one lane to the edge of another, with a dot at the far end: no dot lies on a bar's number. */
function Link({ kind, x, at, toX, to }: LinkProps) {
  const fromY = at.yPx > to.yPx ? at.yPx : at.yPx + at.heightPx;
  const toY = at.yPx > to.yPx ? to.yPx + to.heightPx + 1.5 : to.yPx - 1.5;
  return (
    <g className={styles[kind]} data-link={kind}>
      <path d={`M${x},${fromY}C${x},${(fromY + toY) / 2} ${toX},${(fromY + toY) / 2} ${toX},${toY}`} />
      <circle cx={x} cy={fromY} r={kind === "cause" ? 3 : 2} />
    </g>
  );
}
