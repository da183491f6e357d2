/** What the stage explains at a moment, and where the keys lead from there. */
import { longestIdle } from "@/components/timeline/explain";
import type { IdleMark, TimelineBar, TimelineMarks } from "@/components/timeline/layout";
import type { Idle, Place, Trace } from "@/engine/trace";
import type { StageState } from "./state/stageStore";

/**
 * What somebody asks about; else what the chosen device does at the cursor; else, at the start and while it plays,
 * the longest wait of all. Null when there is none.
 */
export function subjectOf({ figure, asked, cursorMs, playing, rank }: StageState): Place | null {
  if (asked) return asked;
  if (!playing && cursorMs > 0 && cursorMs < figure.trace.stepMs) return { rank, stream: "compute", atMs: cursorMs };
  const idle = longestWait(figure.trace);
  return idle && { rank: idle.rank, stream: "compute", atMs: (idle.startMs + idle.endMs) / 2 };
}

/** Asked at every frame of play, so looked for once a trace. */
const longestWaits = new WeakMap<Trace, Idle | null>();

function longestWait(trace: Trace): Idle | null {
  const known = longestWaits.get(trace);
  if (known !== undefined) return known;
  const found = longestIdle(trace);
  longestWaits.set(trace, found);
  return found;
}

export type AskableMark = (TimelineBar | IdleMark) & { stream: Place["stream"] };

/** Everything that can be asked about: lane by lane, each in order of time. */
export function askableMarks({ bars, idles, lanes }: TimelineMarks): AskableMark[] {
  const marks: AskableMark[] = [...bars, ...idles.map((idle) => ({ ...idle, stream: "compute" as const }))];
  const laneOf = ({ rank, stream }: Place) => lanes.findIndex((lane) => lane.rank === rank && lane.stream === stream);
  const withLane = marks.map((mark) => ({ mark, lane: laneOf(middleOf(mark)) }));
  return withLane.sort((a, b) => a.lane - b.lane || a.mark.startMs - b.mark.startMs).map(({ mark }) => mark);
}

/** A place that is surely inside a mark. */
export function middleOf({ rank, stream, startMs, endMs }: Omit<AskableMark, "key">): Place {
  return { rank, stream, atMs: (startMs + endMs) / 2 };
}

export function markAt(marks: readonly AskableMark[], { rank, stream, atMs }: Place): AskableMark | null {
  const covers = ({ startMs, endMs }: AskableMark) =>
    startMs <= atMs && (atMs < endMs || (startMs === endMs && startMs === atMs));
  return marks.find((mark) => mark.rank === rank && mark.stream === stream && covers(mark)) ?? null;
}

export type Direction = "left" | "right" | "up" | "down";

/** Where an arrow key leads: along the lane, or to what lies at the same time in the next lane that has anything. */
export function neighbour(marks: readonly AskableMark[], from: Place | null, direction: Direction): Place | null {
  const current = (from && markAt(marks, from)) ?? marks[0];
  if (!current) return null;
  if (!from || !markAt(marks, from)) return middleOf(current);
  const sameLane = (mark: AskableMark) => mark.rank === current.rank && mark.stream === current.stream;
  const place = marks.indexOf(current);
  if (direction === "left" || direction === "right") {
    const next = marks[place + (direction === "left" ? -1 : 1)];
    return middleOf(next && sameLane(next) ? next : current);
  }
  const others = direction === "down" ? marks.slice(place) : marks.slice(0, place).reverse();
  const first = others.find((mark) => !sameLane(mark));
  if (!first) return middleOf(current);
  const lane = marks.filter(({ rank, stream }) => rank === first.rank && stream === first.stream);
  const { atMs } = middleOf(current);
  const distance = ({ startMs, endMs }: AskableMark) => Math.max(0, startMs - atMs, atMs - endMs);
  return middleOf(lane.reduce((best, mark) => (distance(mark) < distance(best) ? mark : best)));
}
