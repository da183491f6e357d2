/** What a bar or an idle stretch is, and what it waited for: a sentence or two, written from the program. */
import { listed, type TimeFormat } from "@/components/marks/format";
import { contentName } from "@/components/marks/names";
import { formatBytes, formatFlops } from "@/engine/base/units";
import { coordsOf, groupOf } from "@/engine/mesh/mesh";
import { bufferBytes, type Collective, type Instruction, isCollective, isNodePass } from "@/engine/program";
import type { NodeFlops } from "@/engine/simulate";
import {
  dependenciesOf,
  type Idle,
  idlesOf,
  type Place,
  type Span,
  type Trace,
  waitedFor,
  workingMs,
} from "@/engine/trace";
import { covers } from "./marks";
import { type BarSpan, barSpans, commName, type Detail } from "./spans";

export interface Explanation extends Place {
  /** What it is, and from when to when. */
  what: string;
  /** What it waited for. */
  why: string;
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
  { rank, stream, atMs }: Place,
  detail: Detail,
  time: TimeFormat,
): Explanation | null {
  const under = (span: { startMs: number; endMs: number }) => covers(span, atMs);
  const span = barSpans(trace, rank, stream, detail).find(under);
  if (span) return explainBar(trace, span, detail, time, flops);
  const idle = stream === "compute" ? idlesOf(trace, rank).find(under) : undefined;
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

function explainIdle(trace: Trace, idle: Idle, time: TimeFormat): Explanation {
  const { rank, startMs, endMs, next } = idle;
  const what = `Why is ${device(rank)} idle from ${time.short(startMs)} to ${time.text(endMs)}?`;
  const place = { rank, stream: "compute" as const, atMs: startMs, startMs, endMs };
  if (next === null) {
    const remedy = trace.program.mesh.pp > 1 && !splitsBackward(trace) ? ` ${TAIL_REMEDY}` : "";
    const why = `It has nothing left to do, and waits for the others to end the step.${remedy}`;
    return { ...place, what, why, cause: null, before: [], after: [] };
  }
  const bar = barSpans(trace, rank, "compute", "action").find(({ first, last }) => first <= next && next <= last);
  const cause = waitedFor(trace, rank, next);
  const nextName = bar ? nameOf(trace, bar) : "next instruction";
  const reason = cause ? `It waits for ${causeName(trace, cause, rank)}, which ends at ${time.short(cause.endMs)}` : "";
  const why =
    `Its next operation is the ${nextName}. ${reason}${reason ? heldBack(trace, cause as Span, time) : ""}.${cause ? ` ${remedyOf(trace, idle, cause)}` : ""}`.trimEnd();
  return { ...place, what, why, cause: otherLane(cause, place), before: [], after: [] };
}

/** Whether the schedule itself already keeps weight gradients for later. */
function splitsBackward({ program }: Trace): boolean {
  return program.ranks.some(({ instructions }) => instructions.some(({ action }) => action?.kind === "W"));
}

const TAIL_REMEDY = "Weight gradients kept for the end would fill the gap, as in zero-bubble schedules.";

/** What would make a wait shorter, from what is waited for. */
function remedyOf({ program }: Trace, { rank, startMs }: Idle, { rank: other, instruction }: Span): string {
  if (isCollective(instruction)) {
    if (instruction.axis === "tp")
      return "The layer cannot go on without it: only faster links or fewer parts shorten this.";
    return "Hidden behind computing it would cost nothing: by overlap, or in smaller pieces that leave earlier.";
  }
  const isPipeline =
    instruction.op === "recv" ||
    instruction.op === "send" ||
    coordsOf(program.mesh, other).pp !== coordsOf(program.mesh, rank).pp;
  if (!isPipeline) return "";
  return startMs === 0
    ? "The pipeline is filling: with more micro-batches this is a smaller share of the step."
    : "More micro-batches, or more and smaller stages on each device, make such a gap a smaller share of the step.";
}

/** Why the cause itself was not earlier, when that is another message. */
function heldBack(trace: Trace, cause: Span, time: TimeFormat): string {
  const before = waitedFor(trace, cause.rank, cause.index);
  if (!before || before.endMs < cause.startMs || before.instruction.stream !== "comm") return "";
  if (time.short(before.endMs) === time.short(cause.endMs)) return "";
  return `; ${causeName(trace, before, cause.rank)} held the link until ${time.short(before.endMs)}`;
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
  const place = { rank, stream, atMs: startMs, startMs, endMs };
  const when =
    endMs > startMs ? `from ${time.short(startMs)} to ${time.text(endMs)}` : `at ${time.text(startMs)}, in no time`;
  const began = cause
    ? `It began when ${causeName(trace, cause, rank, detail)} had ended.`
    : "It waits for nothing: the step begins with it.";
  const extra = stream === "comm" ? overlapSentence(trace, span, time) : "";
  const inOtherLanes = (places: Place[]) => places.filter((one) => one.rank !== rank || one.stream !== stream);
  return {
    ...place,
    what: `${sentenceOf(trace, span)} ${when}${workSentence(trace, span, flops)}.`,
    why: `${began}${extra}`,
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
      else found.push({ rank: near.rank, stream, atMs: side === "before" ? near.endMs : near.startMs });
    }
  };
  visit(rank, index);
  return found;
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

function overlapSentence(trace: Trace, { rank, startMs, endMs }: BarSpan, time: TimeFormat): string {
  if (endMs === startMs) return "";
  const hiddenMs = workingMs(trace, rank, "compute", startMs, endMs);
  const whole = endMs - startMs;
  if (hiddenMs >= whole * (1 - 1e-9)) return " The device computes all the while, so this message costs no time.";
  if (hiddenMs <= whole * 1e-9) return " Nothing is computed meanwhile, so all of it adds to the step.";
  return ` For ${time.text(hiddenMs)} of it the device computes; the other ${time.text(whole - hiddenMs)} add to the step.`;
}

/** A cause in the same lane is plain to see; one in another is worth an arrow. */
function otherLane(cause: Span | null, { rank, stream }: Place): Place | null {
  if (!cause || (cause.rank === rank && cause.instruction.stream === stream)) return null;
  return { rank: cause.rank, stream: cause.instruction.stream, atMs: cause.endMs };
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

/** A bar as a noun: `forward of micro-batch 2`. */
export function nameOf(trace: Trace, { rank, kind, first, last, microbatch }: BarSpan): string {
  const instruction = trace.program.ranks[rank].instructions[first];
  const { on } = instruction;
  const ofBatch = microbatch === null ? "" : `micro-batch ${microbatch + 1}`;
  const single = first === last;
  switch (kind) {
    case "collective":
      return messageName(trace, rank, instruction);
    case "optimizer":
      return on === "gradients" && single ? "gradient norm" : "optimizer step";
    case "copy":
      return `copy of ${on}`;
    case "inputGrad":
      return single ? `input gradient of ${on} for ${ofBatch}` : `input gradients of ${ofBatch}`;
    case "weightGrad":
      return single ? `weight gradient of ${on} for ${ofBatch}` : `weight gradients of ${ofBatch}`;
    case "recompute":
      return single ? `forward of ${on} for ${ofBatch}, again` : `forward of ${ofBatch}, again`;
    case "forward":
    case "backward":
      return single ? `${kind} of ${on} for ${ofBatch}` : `${kind} of ${ofBatch}`;
  }
}

function sentenceOf(trace: Trace, span: BarSpan): string {
  if (span.stream !== "comm") return `${capital(device(span.rank))}: ${nameOf(trace, span)},`;
  const { instructions, buffers } = trace.program.ranks[span.rank];
  const instruction = instructions[span.first];
  const touched = [...instruction.updates, ...(instruction.op === "recv" ? instruction.writes : instruction.reads)];
  const bytes = formatBytes(touched.reduce((total, id) => total + bufferBytes(buffers[id]), 0));
  if (!isCollective(instruction)) {
    const verb = instruction.op === "send" ? "sends" : "receives";
    return `${capital(device(span.rank))} ${verb} ${contentName(trace.program, span.rank, instruction)} (${bytes})`;
  }
  const members = groupOf(trace.program.mesh, instruction.axis, span.rank).map((rank) => rank + 1);
  const what = contentName(trace.program, span.rank, instruction);
  const ofGradients = instruction.op === "allReduce" && instruction.reduction === "mean" ? " of the gradients" : "";
  return `Devices ${listed(members)} ${collectiveVerb(instruction)} ${what}${ofGradients} (${bytes})`;
}

function collectiveVerb(instruction: Collective): string {
  if (instruction.op === "allGather") return "gather their parts of";
  const { op, reduction } = instruction;
  const verb = reduction === "mean" ? "average" : reduction === "max" ? "find the maximum of" : "add up";
  return op === "reduceScatter" ? `${verb}, and keep their part each of,` : verb;
}

/** A message as a noun: `all-reduce of bucket 2`, `send of blocks.1.add2 for micro-batch 3`. */
function messageName(trace: Trace, rank: number, instruction: Instruction): string {
  return `${commName(instruction)} of ${contentName(trace.program, rank, instruction)}`;
}

/** Devices count from 1 for readers. */
const device = (rank: number) => `device ${rank + 1}`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
