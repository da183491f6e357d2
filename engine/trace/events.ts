/**
 * A trace as one list of moments: every instruction starts once and ends once. Buffers come to life at a start and
 * go at an end, so walking this list is walking the memory of every device through the step. Whoever follows it
 * (the ledger of bytes, the executor with real tensors, a cursor) sees the same things in the same order.
 */
import type { Trace } from "./trace";

export interface TraceEvent {
  atMs: number;
  rank: number;
  /** Of the instruction in its rank's program. */
  index: number;
  phase: "start" | "end";
  /** Shared by the members of one collective, which start and end side by side. */
  firing: number;
}

/** All events of a trace in order of time. What happens at one time keeps the order of cause and effect. */
export function eventsOf({ order, startMs, endMs }: Trace): TraceEvent[] {
  const events: TraceEvent[] = [];
  for (let entry = 0; entry < order.rank.length; entry++) {
    const rank = order.rank[entry] as number;
    const index = order.index[entry] as number;
    const firing = order.firing[entry] as number;
    events.push({ atMs: startMs[rank]?.[index] as number, rank, index, phase: "start", firing });
    events.push({ atMs: endMs[rank]?.[index] as number, rank, index, phase: "end", firing });
  }
  const phase = (event: TraceEvent) => (event.phase === "start" ? 0 : 1);
  return events.sort((a, b) => a.atMs - b.atMs || a.firing - b.firing || phase(a) - phase(b) || a.rank - b.rank);
}
