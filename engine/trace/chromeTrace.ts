/**
 * A trace as Chrome Trace Event JSON, which Perfetto and speedscope open: a process a device, a thread a stream,
 * microseconds. What a device does in no time is an instant, because readers nest spans and an empty one has no inside;
 * messages are spans whatever they take, so that their lane is there.
 *
 * @source "Trace Event Format", complete (`ph: "X"`), instant (`ph: "i"`) and metadata events (`ph: "M"`)
 */
import { formatAction } from "../program/action";
import { STREAMS } from "../program/program";
import { spansOf, type Trace } from "./trace";

export interface ChromeEvent {
  name: string;
  ph: "X" | "i" | "M";
  /** Of an instant: it belongs to its thread. */
  s?: "t";
  pid: number;
  tid: number;
  cat?: string;
  /** Microseconds. */
  ts?: number;
  dur?: number;
  args?: Record<string, string | number>;
}

export function chromeTrace(trace: Trace): { displayTimeUnit: "ms"; traceEvents: ChromeEvent[] } {
  const traceEvents = trace.program.ranks.flatMap((_, rank) => [...lanes(rank), ...spanEvents(trace, rank)]);
  return { displayTimeUnit: "ms", traceEvents };
}

function lanes(rank: number): ChromeEvent[] {
  const device: ChromeEvent = { name: "process_name", ph: "M", pid: rank, tid: 0, args: { name: `device ${rank}` } };
  const streams = STREAMS.map(
    (name, tid): ChromeEvent => ({ name: "thread_name", ph: "M", pid: rank, tid, args: { name } }),
  );
  return [device, ...streams];
}

function spanEvents(trace: Trace, rank: number): ChromeEvent[] {
  return spansOf(trace, rank).map(({ instruction, index, startMs, endMs }) => ({
    name: `${instruction.op} ${instruction.on}`,
    ...(endMs > startMs || instruction.stream === "comm"
      ? { ph: "X" as const, dur: microseconds(endMs) - microseconds(startMs) }
      : { ph: "i" as const, s: "t" as const }),
    cat: instruction.op,
    pid: rank,
    tid: STREAMS.indexOf(instruction.stream),
    ts: microseconds(startMs),
    args: { instruction: index, ...(instruction.action ? { action: formatAction(instruction.action) } : {}) },
  }));
}

/** In powers of two: then a start and a duration add up to the next start exactly, and nothing overlaps. */
const PER_MICROSECOND = 2 ** 20;

function microseconds(ms: number): number {
  return Math.round(ms * 1000 * PER_MICROSECOND) / PER_MICROSECOND;
}
