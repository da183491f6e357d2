/** What can be pointed at: the bars and the idle stretches of a lane, found by time or by px. */
import {
  covers,
  type Idle,
  idlesOf,
  inOrderOfTime,
  type Place,
  type Stretch,
  stretchesWithin,
  type Trace,
} from "@/engine/trace";
import type { TimelineFrame, TimelineMarks } from "./layout";
import { type BarSpan, barSpans, type Detail } from "./spans";

/** The bars of a lane and what lies between them, in order of time. */
export function laneMarks(
  trace: Trace,
  { rank, stream }: Pick<Place, "rank" | "stream">,
  detail: Detail,
): readonly (BarSpan | Idle)[] {
  const bars = barSpans(trace, rank, stream, detail);
  if (stream === "comm") return bars;
  return inOrderOfTime<BarSpan | Idle>([...bars, ...idlesOf(trace, rank)]);
}

/** Whether a place means a mark of its lane: by the instruction, where it names one, else by the time. */
export function isMeant(mark: BarSpan | Idle, { index, atMs }: Pick<Place, "index" | "atMs">): boolean {
  if (index === undefined) return covers(mark, atMs);
  return "first" in mark && mark.first <= index && index <= mark.last;
}

/** A place in the middle of a mark, and nowhere else. */
export function placeOf({ rank, stream }: Pick<Place, "rank" | "stream">, mark: BarSpan | Idle): Place {
  const atMs = (mark.startMs + mark.endMs) / 2;
  return "first" in mark ? { rank, stream, atMs, index: mark.first } : { rank, stream, atMs };
}

/** How far from an instant it can still be pointed at. */
const REACH_PX = 3;

/** What lies under a point of a drawing: a place in the middle of a bar or an idle stretch; null for nothing. */
export function placeAt(
  trace: Trace,
  { lanes, detail }: Pick<TimelineMarks, "lanes" | "detail">,
  { widthPx, windowMs: [from, to] }: Pick<TimelineFrame, "widthPx" | "windowMs">,
  xPx: number,
  yPx: number,
): Place | null {
  if (xPx < 0 || xPx > widthPx || !(to > from)) return null;
  const lane = lanes.find((one) => yPx >= one.yPx && yPx < one.yPx + one.heightPx);
  if (!lane) return null;
  const { rank, stream } = lane;
  const isOnTrack = ({ track, numTracks }: BarSpan) =>
    Math.floor(((yPx - lane.yPx) / lane.heightPx) * numTracks) === track;
  const atMs = from + ((to - from) * xPx) / widthPx;
  const reachMs = ((to - from) * REACH_PX) / widthPx;
  const near = <T extends Stretch>(marks: readonly T[], isHere: (mark: T) => boolean = () => true) => {
    const close = stretchesWithin(marks, [atMs - reachMs, atMs + reachMs]).filter(isHere);
    // What is drawn last lies on top.
    return close.findLast((mark) => covers(mark, atMs)) ?? close.findLast(({ startMs, endMs }) => startMs === endMs);
  };
  const found =
    near(barSpans(trace, rank, stream, detail), isOnTrack) ??
    (stream === "compute" ? near(idlesOf(trace, rank)) : undefined);
  return found ? placeOf({ rank, stream }, found) : null;
}
