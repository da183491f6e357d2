/** What the stage explains at a moment, and where the keys lead from there. */
import { longestIdle } from "@/components/timeline/explain";
import { isMeant, laneMarks, placeOf } from "@/components/timeline/marks";
import type { Detail } from "@/components/timeline/spans";
import type { Idle, Place, Stretch, Trace } from "@/engine/trace";
import type { StageState } from "./state/stageStore";

/**
 * What somebody asks about; else what the chosen device does at the cursor; else, at the start and while it plays,
 * the longest wait of all. Null when there is none, and where something other than a place is explained.
 */
export function subjectOf(state: StageState): Place | null {
  const { figure, asked, cursorMs, playing, rank } = state;
  if (asked) return asked;
  const usual = usualSubject(state);
  if (usual === "path" || usual === "outOfMemory") return null;
  if (!playing && cursorMs > 0 && cursorMs < figure.trace.stepMs) return { rank, stream: "compute", atMs: cursorMs };
  const idle = longestWait(figure.trace);
  return idle && { rank: idle.rank, stream: "compute", atMs: (idle.startMs + idle.endMs) / 2 };
}

/**
 * What the stage explains while nobody asks about anything. That a run does not fit comes before any wait in it, except
 * while the cursor is on its way through what would still run before memory runs out.
 */
export function usualSubject({ figure, asked, askedBytes, cursorMs, playing, showsCriticalPath }: StageState) {
  if (asked || askedBytes) return null;
  if (showsCriticalPath) return "path";
  const { outOfMemory } = figure;
  const stillRuns = outOfMemory && !playing && cursorMs > 0 && cursorMs < outOfMemory.atMs;
  return outOfMemory && !stillRuns ? "outOfMemory" : "place";
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

export type Direction = "left" | "right" | "up" | "down";

/** Where an arrow key leads: along the lane, or to what lies at the same time in the next lane that has anything. */
export function neighbour(trace: Trace, lanes: readonly Lane[], from: Place | null, along: Direction, detail: Detail) {
  const marksOf = (lane: Lane) => laneMarks(trace, lane, detail);
  const laneIndex = lanes.findIndex((lane) => from && lane.rank === from.rank && lane.stream === from.stream);
  const own = lanes[laneIndex] ? marksOf(lanes[laneIndex]) : [];
  const place = from ? own.findIndex((mark) => isMeant(mark, from)) : -1;
  const current = own[place];
  if (!current) {
    const first = lanes.find((lane) => marksOf(lane).length > 0);
    return first ? placeOf(first, marksOf(first)[0]) : null;
  }
  if (along === "left" || along === "right") {
    return placeOf(lanes[laneIndex], own[place + (along === "left" ? -1 : 1)] ?? current);
  }
  const others = along === "down" ? lanes.slice(laneIndex + 1) : lanes.slice(0, laneIndex).reverse();
  const next = others.find((lane) => marksOf(lane).length > 0);
  if (!next) return placeOf(lanes[laneIndex], current);
  const { atMs } = placeOf(lanes[laneIndex], current);
  const distance = ({ startMs, endMs }: Stretch) => Math.max(0, startMs - atMs, atMs - endMs);
  return placeOf(
    next,
    marksOf(next).reduce((best, mark) => (distance(mark) < distance(best) ? mark : best)),
  );
}

type Lane = Pick<Place, "rank" | "stream">;
