/**
 * A trace as Chrome Trace Event JSON, which Perfetto and speedscope open: a process a device, a thread a stream,
 * microseconds. What a device does in no time is an instant, because readers nest spans and an empty one has no inside;
 * messages are spans whatever they take, so that their lane is there. Messages that overlap have threads of their own:
 * within one, readers would take the later for a part of the earlier. The names of devices count from 1, as on the page;
 * the number of a process is the rank.
 *
 * @source "Trace Event Format", complete (`ph: "X"`), instant (`ph: "i"`) and metadata events (`ph: "M"`)
 */
import { range } from "../base/range";
import { formatAction } from "../program/action";
import { STREAMS } from "../program/program";
import { inOrderOfTime, tracksOf } from "./stretches";
import { type Span, spansOf, type Trace } from "./trace";

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

/** Beside the events: readers show it with what else they know of a file. */
const COUNTING =
  "Devices are named from 1, as on the page. Ranks (pid), instructions, and the stage and the micro-batch in an action such as 1F0 count from 0, as in PyTorch's schedules.";

export interface ChromeTrace {
  displayTimeUnit: "ms";
  otherData: { counting: string };
  traceEvents: ChromeEvent[];
}

export function chromeTrace(trace: Trace): ChromeTrace {
  const traceEvents = trace.program.ranks.flatMap((_, rank) => {
    const threads = threadsOf(trace, rank);
    return [
      meta("process_name", rank, 0, `device ${rank + 1}`),
      ...threads.map(({ name }, tid) => meta("thread_name", rank, tid, name)),
      ...threads.flatMap(({ spans }, tid) => spans.map((span) => spanEvent(span, tid))),
    ];
  });
  return { displayTimeUnit: "ms", otherData: { counting: COUNTING }, traceEvents };
}

interface Thread {
  name: string;
  spans: Span[];
}

/** A stream is a thread, or as many as its spans need not to overlap. */
function threadsOf(trace: Trace, rank: number): Thread[] {
  return STREAMS.flatMap((stream) => {
    const spans = inOrderOfTime(spansOf(trace, rank, stream));
    const { track, numTracks } = tracksOf(spans);
    return range(numTracks).map((own) => ({
      name: own === 0 ? stream : `${stream} ${own + 1}`,
      spans: spans.filter((_, i) => track[i] === own),
    }));
  });
}

/** Processes and threads are known by numbers; readers want names. */
function meta(what: string, rank: number, tid: number, name: string): ChromeEvent {
  return { name: what, ph: "M", pid: rank, tid, args: { name } };
}

function spanEvent({ rank, index, instruction, startMs, endMs }: Span, tid: number): ChromeEvent {
  return {
    name: `${instruction.op} ${instruction.on}`,
    ...(endMs > startMs || instruction.stream === "comm"
      ? { ph: "X" as const, dur: microseconds(endMs) - microseconds(startMs) }
      : { ph: "i" as const, s: "t" as const }),
    cat: instruction.op,
    pid: rank,
    tid,
    ts: microseconds(startMs),
    args: { instruction: index, ...(instruction.action ? { action: formatAction(instruction.action) } : {}) },
  };
}

/** In powers of two: then a start and a duration add up to the next start exactly, and nothing overlaps. */
const PER_MICROSECOND = 2 ** 20;

function microseconds(ms: number): number {
  return Math.round(ms * 1000 * PER_MICROSECOND) / PER_MICROSECOND;
}
