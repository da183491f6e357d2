/** What a bar or an idle stretch is, and what it waited for: a sentence or two, written from the program. */
import { listed, type TimeFormat } from "@/components/marks/format";
import { contentName } from "@/components/marks/names";
import { BYTES_PER_ELEMENT, formatBytes, formatFlops } from "@/engine/base/units";
import { groupOf } from "@/engine/mesh/mesh";
import {
  bufferBytes,
  type Collective,
  type Instruction,
  isCollective,
  isNodePass,
  ringElements,
} from "@/engine/program";
import type { NodeFlops } from "@/engine/simulate";
import {
  dependenciesOf,
  type Idle,
  idlesOf,
  type Place,
  type Span,
  spansOf,
  type Trace,
  waitedFor,
  workingMs,
} from "@/engine/trace";
import { nameOf } from "./barName";
import { isMeant } from "./marks";
import { type Remedy, remedyOf } from "./remedies";
import { type BarSpan, barSpans, type Detail } from "./spans";

export interface Explanation extends Place {
  /** What it is, and from when to when. */
  what: string;
  /** What it waited for. */
  why: string;
  /** What would make a wait shorter, where that is sure. */
  remedy: Remedy | null;
  startMs: number;
  endMs: number;
  /** The end of what it waited for, when that is in another lane. */
  cause: Place | null;
  /** The ends of all that had to be done first, and the starts of all that wait for it, in other lanes. */
  before: readonly Place[];
  after: readonly Place[];
}

/** A figure, as far as sentences need it. */
export interface Explained {
  trace: Trace;
  /** FLOPs of one pass; without it none are told. */
  flops?: NodeFlops;
}

/** Explains what is at a place; null when nothing is. */
export function explain(
  { trace, flops }: Explained,
  place: Place,
  detail: Detail,
  time: TimeFormat,
): Explanation | null {
  const { rank, stream } = place;
  const span = barSpans(trace, rank, stream, detail).find((bar) => isMeant(bar, place));
  if (span) return explainBar(trace, span, detail, time, flops);
  const idle = stream === "compute" ? idlesOf(trace, rank).find((one) => isMeant(one, place)) : undefined;
  return idle ? explainIdle(trace, idle, time) : null;
}

/** The longest stretch in which a device waits; null when none does. */
export function longestIdle(trace: Trace): Idle | null {
  let longest: Idle | null = null;
  for (let rank = 0; rank < trace.program.ranks.length; rank++) {
    for (const idle of idlesOf(trace, rank)) {
      const longerMs = longest ? idle.endMs - idle.startMs - (longest.endMs - longest.startMs) : 1;
      if (longerMs > trace.stepMs * 1e-9) longest = idle;
    }
  }
  return longest;
}

function explainIdle(trace: Trace, idle: Idle, coarse: TimeFormat): Explanation {
  const { rank, startMs, endMs, next } = idle;
  const time = coarse.within(endMs - startMs);
  const what = `Why is ${device(rank)} idle ${whenOf(idle, time)}?`;
  const place = { rank, stream: "compute" as const, atMs: startMs, startMs, endMs };
  if (next === null) {
    const last = lastMessage(trace, idle);
    const why = last
      ? `It has nothing left to compute. ${capital(causeName(trace, last, rank))} ends at ${time.short(last.endMs)}.`
      : "It has nothing left to do, and waits for the others to end the step.";
    const remedy = last ? null : remedyOf(trace, idle, null);
    return { ...place, what, why, remedy, cause: otherLane(last, place), before: [], after: [] };
  }
  const bar = barSpans(trace, rank, "compute", "action").find(({ first, last }) => first <= next && next <= last);
  const cause = waitedFor(trace, rank, next);
  const nextName = bar ? nameOf(trace, bar) : "next instruction";
  const pair = pairSentence(trace, rank, next);
  const held = cause ? heldBack(trace, cause, time) : "";
  const waits = cause
    ? ` It waits for ${causeName(trace, cause, rank)}, which ends at ${time.short(cause.endMs)}${held}.`
    : "";
  const why = `Its next operation is the ${nextName}.${pair}${waits}`;
  // What held the cause back is the reason then, and not the cause.
  const remedy = held ? null : remedyOf(trace, idle, cause);
  return { ...place, what, why, remedy, cause: otherLane(cause, place), before: [], after: [] };
}

/** Where a schedule joins a forward and a backward, the first of them also waits for what the second receives. */
function pairSentence({ program }: Trace, rank: number, next: number): string {
  const { instructions } = program.ranks[rank];
  const { action, waits } = instructions[next];
  const other = waits.map((wait) => instructions[wait]).find(({ op, action: its }) => op === "recv" && its !== action);
  if (!action || !other?.action || other.action.stage === action.stage) return "";
  return ` The schedule makes it one piece of work with the backward of micro-batch ${other.action.microbatch + 1} in stage ${other.action.stage + 1}: it begins once both can.`;
}

/** The last message that a device still takes part in after it has begun to idle. */
function lastMessage(trace: Trace, { rank, startMs }: Idle): Span | null {
  const left = spansOf(trace, rank, "comm").filter(({ endMs }) => endMs > startMs + trace.stepMs * 1e-9);
  return left.reduce<Span | null>((last, span) => (!last || span.endMs > last.endMs ? span : last), null);
}

/** Why the cause itself was not earlier: another message held the link, or a member of the group came late. */
function heldBack(trace: Trace, cause: Span, time: TimeFormat): string {
  if (cause.instruction.stream !== "comm") return "";
  const before = waitedFor(trace, cause.rank, cause.index);
  if (!before || time.short(before.endMs) === time.short(cause.endMs)) return "";
  if (before.instruction.stream === "comm") {
    const usesResult = before.rank === cause.rank && sharesBuffer(before.instruction, cause.instruction);
    const verb = usesResult ? "had to come first, and ended at" : "held the link until";
    return `; ${causeName(trace, before, cause.rank)} ${verb} ${time.short(before.endMs)}`;
  }
  if (!isCollective(cause.instruction) || before.rank === cause.rank) return "";
  return `; ${device(before.rank)} came to it last, at ${time.short(before.endMs)}`;
}

/** Whether one operation works on what another has made or changed. */
function sharesBuffer({ writes, updates }: Instruction, later: Instruction): boolean {
  const made = new Set([...writes, ...updates]);
  return [...later.reads, ...later.updates].some((id) => made.has(id));
}

function explainBar(
  trace: Trace,
  span: BarSpan,
  detail: Detail,
  time: TimeFormat,
  flops: NodeFlops | undefined,
): Explanation {
  const { rank, stream, first, last, startMs, endMs } = span;
  const cause = waitedFor(trace, rank, first);
  const place = { rank, stream, atMs: startMs, index: first, startMs, endMs };
  const began = cause
    ? `It began when ${causeName(trace, cause, rank, detail)} had ended.`
    : "It waits for nothing: the step begins with it.";
  const extra = stream === "comm" ? overlapSentence(trace, span, time) : "";
  const inOtherLanes = (places: Place[]) => places.filter((one) => one.rank !== rank || one.stream !== stream);
  return {
    ...place,
    what: `${sentenceOf(trace, span)} ${whenOf(span, time)}${workSentence(trace, span, flops)}.`,
    why: `${began}${extra}`,
    remedy: null,
    cause: otherLane(cause, place),
    before: inOtherLanes(neighbours(trace, rank, first, "before")),
    after: inOtherLanes(neighbours(trace, rank, last, "after")),
  };
}

/** What an instruction waits for, or what waits for it; computations that take no time are looked through. */
function neighbours(trace: Trace, rank: number, index: number, side: "before" | "after"): Place[] {
  const dependencies = dependenciesOf(trace);
  const seen = new Set<string>();
  const found: Place[] = [];
  const visit = (ofRank: number, ofIndex: number) => {
    for (const near of dependencies[side](ofRank, ofIndex)) {
      const key = `${near.rank}:${near.index}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const { stream } = near.instruction;
      if (stream === "compute" && near.endMs === near.startMs) visit(near.rank, near.index);
      else {
        // A receive waits for the start of its send, and not for its end.
        const startMs = trace.startMs[ofRank][ofIndex];
        const atMs = side === "after" || near.endMs > startMs ? near.startMs : near.endMs;
        found.push({ ...placed(near), atMs });
      }
    }
  };
  visit(rank, index);
  return found;
}

function placed({ rank, index, instruction }: Span): Omit<Place, "atMs"> {
  return { rank, stream: instruction.stream, index };
}

/** How much it computes, where the model says so. */
function workSentence(trace: Trace, { rank, stream, first, last }: BarSpan, flops: NodeFlops | undefined): string {
  if (!flops || stream !== "compute") return "";
  const { instructions } = trace.program.ranks[rank];
  let total = 0;
  for (const instruction of instructions.slice(first, last + 1)) {
    if (isNodePass(instruction)) total += flops(instruction);
  }
  return total > 0 ? `; ${formatFlops(total)}` : "";
}

/** Whether it is hidden behind computing on this device. What it costs the step is another question: see its path. */
function overlapSentence(trace: Trace, { rank, startMs, endMs }: BarSpan, time: TimeFormat): string {
  if (endMs === startMs) return "";
  const computingMs = workingMs(trace, rank, "compute", startMs, endMs);
  const whole = endMs - startMs;
  const who = capital(device(rank));
  if (computingMs >= whole * (1 - 1e-9)) return ` ${who} computes all the while.`;
  if (computingMs <= whole * 1e-9) return ` ${who} computes nothing meanwhile.`;
  const fine = time.within(whole);
  return ` For ${fine.text(computingMs)} of it ${device(rank)} computes; for ${fine.text(whole - computingMs)} it does not.`;
}

/** A cause in the same lane is plain to see; one in another is worth an arrow. */
function otherLane(cause: Span | null, { rank, stream }: Place): Place | null {
  if (!cause || (cause.rank === rank && cause.instruction.stream === stream)) return null;
  return { ...placed(cause), atMs: cause.endMs };
}

function causeName(trace: Trace, cause: Span, rank: number, detail: Detail = "action"): string {
  const { instruction, index } = cause;
  const spans = barSpans(trace, cause.rank, instruction.stream, detail);
  const bar = spans.find(({ first, last }) => first <= index && index <= last);
  // A bar that goes on after its part was done is not what was waited for: only that part is.
  const part = bar && bar.endMs > cause.endMs ? barSpans(trace, cause.rank, instruction.stream, "instruction") : [];
  const named = part.find(({ first }) => first === index) ?? bar;
  const name = named ? nameOf(trace, named) : instruction.op;
  return cause.rank === rank ? `the ${name}` : `the ${name} on ${device(cause.rank)}`;
}

function sentenceOf(trace: Trace, span: BarSpan): string {
  if (span.stream !== "comm") return `${capital(device(span.rank))}: ${nameOf(trace, span)},`;
  const { instructions, buffers, groups } = trace.program.ranks[span.rank];
  const instruction = instructions[span.first];
  const what = contentName(trace.program, span.rank, instruction);
  if (!isCollective(instruction)) {
    const [verb, [id]] = instruction.op === "send" ? ["sends", instruction.reads] : ["receives", instruction.writes];
    return `${capital(device(span.rank))} ${verb} ${what} (${formatBytes(bufferBytes(buffers[id]))})`;
  }
  const members = groupOf(trace.program.mesh, instruction.axis, span.rank);
  const bytes = formatBytes(ringElements(instruction, buffers, members.length) * BYTES_PER_ELEMENT);
  const isBucket =
    instruction.op === "allReduce" && groups.length > 1 && groups.some(({ name }) => name === instruction.on);
  const names = listed(members.map((rank) => rank + 1));
  return `Devices ${names} ${collectiveVerb(instruction)} ${what}${isBucket ? " of the gradients" : ""} (${bytes})`;
}

function collectiveVerb(instruction: Collective): string {
  if (instruction.op === "allGather") return "gather their parts of";
  const { op, reduction } = instruction;
  const verb = reduction === "mean" ? "average" : reduction === "max" ? "find the maximum of" : "add up";
  return op === "reduceScatter" ? `${verb}, and keep their part each of,` : verb;
}

/** From when to when, with decimals enough to tell the two apart. */
function whenOf({ startMs, endMs }: Pick<Explanation, "startMs" | "endMs">, time: TimeFormat): string {
  const fine = time.within(endMs - startMs);
  if (fine.short(startMs) === fine.short(endMs)) return `at ${fine.text(startMs)}, in no time`;
  return `from ${fine.short(startMs)} to ${fine.text(endMs)}`;
}

/** Devices count from 1 for readers. */
const device = (rank: number) => `device ${rank + 1}`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
