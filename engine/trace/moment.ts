/** One moment of a trace: what every device computes, and every message that is under way. */
import { BYTES_PER_ELEMENT } from "../base/units";
import { type Axis, groupOf } from "../mesh/mesh";
import {
  type Buffer,
  bufferBytes,
  COLLECTIVE_KINDS,
  isCollective,
  peerOf,
  type RankProgram,
  ringSentElements,
  type Stream,
} from "../program";
import { inOrderOfTime, stretchesAt } from "./stretches";
import { type Span, spansOf, type Trace } from "./trace";

/** What one device sends to another within an operation. */
export interface Message {
  axis: Axis;
  /** As readers call the operation: `all-reduce`, `send`. */
  name: string;
  on: string;
  /** Of the sender's instruction. */
  index: number;
  from: number;
  to: number;
  bytes: number;
  startMs: number;
  endMs: number;
  /** How much of the operation's time has passed, from 0 to 1. */
  progress: number;
}

/** What a device computes at a time; null when it is idle. */
export function workAt(trace: Trace, rank: number, atMs: number): Span | null {
  return stretchesAt(lane(trace, rank, "compute"), atMs)[0] ?? null;
}

/** All messages under way at a time, or that take no time and pass at it. Each is named once, by its sender. */
export function messagesAt(trace: Trace, atMs: number): Message[] {
  return trace.program.ranks.flatMap((_, rank) =>
    stretchesAt(lane(trace, rank, "comm"), atMs).flatMap((span) => messageOf(trace, span, atMs)),
  );
}

/** What a rank's operation makes it send; nothing for a receive. In a ring, everybody sends to the next. */
export function messageOf({ program }: Trace, span: Span, atMs: number): Message[] {
  const { rank, instruction, startMs, endMs } = span;
  const { buffers } = program.ranks[rank] as RankProgram;
  const progress = endMs > startMs ? Math.max(0, Math.min(1, (atMs - startMs) / (endMs - startMs))) : 1;
  const common = { on: instruction.on, index: span.index, from: rank, startMs, endMs, progress };
  if (instruction.op === "send") {
    const bytes = bufferBytes(buffers[instruction.reads[0] as number] as Buffer);
    return [{ ...common, axis: "pp", name: "send", to: peerOf(program.mesh, rank, instruction.peer), bytes }];
  }
  if (!isCollective(instruction)) return [];
  const { axis, op } = instruction;
  const group = groupOf(program.mesh, axis, rank);
  if (group.length < 2) return [];
  const position = group.indexOf(rank);
  const bytes = ringSentElements(instruction, buffers, group.length, position) * BYTES_PER_ELEMENT;
  const to = group[(position + 1) % group.length] as number;
  return [{ ...common, axis, name: COLLECTIVE_KINDS[op].name, to, bytes }];
}

const known = new WeakMap<Trace, Map<string, Span[]>>();

/** A stream's spans in order of time, found once; of what is computed, only what takes time. */
function lane(trace: Trace, rank: number, stream: Stream): readonly Span[] {
  const lanes = known.get(trace) ?? new Map<string, Span[]>();
  known.set(trace, lanes);
  const key = `${rank} ${stream}`;
  const spans = lanes.get(key) ?? findLane(trace, rank, stream);
  lanes.set(key, spans);
  return spans;
}

function findLane(trace: Trace, rank: number, stream: Stream): Span[] {
  const shown = ({ startMs, endMs }: Span) => stream === "comm" || endMs > startMs;
  return inOrderOfTime(spansOf(trace, rank, stream).filter(shown));
}
