/** What can be pointed at: the bars and the idle stretches of a lane, found by time or by px. */
import { idlesOf, type Place, type Trace } from "@/engine/trace";
import { type TimelineFrame, type TimelineMarks, visible } from "./layout";
import { barSpans, type Detail } from "./spans";

export interface Stretch {
  startMs: number;
  endMs: number;
}

/** The bars of a lane and what lies between them, in order. */
export function laneMarks(
  trace: Trace,
  { rank, stream }: Pick<Place, "rank" | "stream">,
  detail: Detail,
): readonly Stretch[] {
  const bars = barSpans(trace, rank, stream, detail);
  if (stream === "comm") return bars;
  return [...bars, ...idlesOf(trace, rank)].sort((a, b) => a.startMs - b.startMs);
}

export function covers({ startMs, endMs }: Stretch, atMs: number): boolean {
  return startMs <= atMs && (atMs < endMs || (startMs === endMs && startMs === atMs));
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
  const atMs = from + ((to - from) * xPx) / widthPx;
  const reachMs = ((to - from) * REACH_PX) / widthPx;
  const near = (spans: readonly Stretch[]) => {
    const close = visible(spans, [atMs - reachMs, atMs + reachMs]);
    return close.find((span) => covers(span, atMs)) ?? close.find(({ startMs, endMs }) => startMs === endMs);
  };
  const found =
    near(barSpans(trace, rank, stream, detail)) ?? (stream === "compute" ? near(idlesOf(trace, rank)) : undefined);
  return found ? { rank, stream, atMs: (found.startMs + found.endMs) / 2 } : null;
}
