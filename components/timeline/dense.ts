/**
 * The bars of a long trace in columns of numbers, grouped by what they are filled with: for drawings of tens of
 * thousands of bars, which have to be placed anew at every frame of a gesture. Pure.
 */
import type { Stream } from "@/engine/program";
import { placesBetween, runningMaximum, type Trace } from "@/engine/trace";
import { type Lane, type TimelineFrame, trackBox } from "./layout";
import { type BarKind, barSpans, type Detail } from "./spans";

/** All bars of one kind and micro-batch. */
export interface DenseGroup {
  kind: BarKind;
  microbatch: number | null;
  lanes: DenseLane[];
}

/** Of one track of a lane: its bars do not overlap. */
interface DenseLane {
  rank: number;
  stream: Stream;
  track: number;
  numTracks: number;
  startMs: Float64Array;
  endMs: Float64Array;
  /** The latest end so far. */
  latestMs: Float64Array;
}

const known = new WeakMap<Trace, Partial<Record<Detail, DenseGroup[]>>>();

/** Found once a trace and detail. */
export function denseGroups(trace: Trace, detail: Detail): readonly DenseGroup[] {
  const byDetail = known.get(trace) ?? {};
  known.set(trace, byDetail);
  byDetail[detail] ??= findGroups(trace, detail);
  return byDetail[detail];
}

function findGroups(trace: Trace, detail: Detail): DenseGroup[] {
  const groups = new Map<string, DenseGroup>();
  trace.program.ranks.forEach((_, rank) => {
    for (const stream of ["compute", "comm"] as const) {
      const found = new Map<string, Columns>();
      for (const { kind, microbatch, startMs, endMs, track, numTracks } of barSpans(trace, rank, stream, detail)) {
        // Messages have one colour, whatever they carry.
        const hue = kind === "collective" ? null : microbatch;
        const key = `${kind} ${hue}`;
        if (!groups.has(key)) groups.set(key, { kind, microbatch: hue, lanes: [] });
        const columns = found.get(`${key} ${track}`) ?? { key, track, numTracks, startMs: [], endMs: [] };
        found.set(`${key} ${track}`, columns);
        columns.startMs.push(startMs);
        columns.endMs.push(endMs);
      }
      for (const { key, track, numTracks, startMs, endMs } of found.values()) {
        const columns = { startMs: Float64Array.from(startMs), endMs: Float64Array.from(endMs) };
        groups.get(key)?.lanes.push({ rank, stream, track, numTracks, ...columns, latestMs: runningMaximum(endMs) });
      }
    }
  });
  return [...groups.values()];
}

interface Columns {
  key: string;
  track: number;
  numTracks: number;
  startMs: number[];
  endMs: number[];
}

type Visit = (xPx: number, yPx: number, widthPx: number, heightPx: number) => void;

/** No bar is drawn narrower. */
const LEAST_PX = 0.8;
/** Bars narrower than this, closer to each other than that, cannot be told apart: they are one. */
const NARROW_PX = 3;
const TOUCH_PX = 1.2;

/** Places the bars of a group that are in the window. */
export function forEachBox(
  group: DenseGroup,
  lanes: readonly Lane[],
  { widthPx, windowMs: [from, to] }: Pick<TimelineFrame, "widthPx" | "windowMs">,
  visit: Visit,
): void {
  const pxPerMs = to > from ? widthPx / (to - from) : 0;
  const perRank = lanes.length > 1 && lanes[1].stream === "comm" ? 2 : 1;
  for (const { rank, stream, track, numTracks, startMs, endMs, latestMs } of group.lanes) {
    const lane = lanes[rank * perRank + (stream === "comm" ? 1 : 0)];
    if (!lane || lane.stream !== stream) continue;
    const { yPx, heightPx } = trackBox(lane, { track, numTracks });
    const [first, end] = placesBetween(latestMs, startMs.length, (i) => startMs[i], from, to);
    let fromPx = 0;
    let toPx = Number.NEGATIVE_INFINITY;
    for (let i = first; i < end; i++) {
      const isInstant = startMs[i] === endMs[i];
      if (isInstant ? startMs[i] < from : endMs[i] <= from || startMs[i] >= to) continue;
      const left = Math.max(0, Math.min((startMs[i] - from) * pxPerMs, widthPx - LEAST_PX));
      const right = Math.min(widthPx, Math.max(left + LEAST_PX, (endMs[i] - from) * pxPerMs));
      const isOne = right - left < NARROW_PX && left - toPx < TOUCH_PX;
      if (!isOne) {
        if (toPx > fromPx) visit(fromPx, yPx, toPx - fromPx, heightPx);
        fromPx = left;
        toPx = right;
      }
      toPx = Math.max(toPx, right);
    }
    if (toPx > fromPx) visit(fromPx, yPx, toPx - fromPx, heightPx);
  }
}
