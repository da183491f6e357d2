/**
 * What would make a wait shorter. Read from the program and its times, and said only where it is sure to help: a test
 * simulates every remedy. Null where there is none that is.
 */
import { isCollective, isNodePass } from "@/engine/program";
import { type Idle, type Span, spansOf, type Trace } from "@/engine/trace";

/** @param cause what is waited for; null when the device has nothing left to do */
export function remedyOf(trace: Trace, idle: Idle, cause: Span | null): Remedy | null {
  if (!cause) return idle.next === null && endsWithWholeBackward(trace, idle.rank) ? "weightsLast" : null;
  if (isCollective(cause.instruction)) return isMostOf(idle, cause) ? "fasterLink" : null;
  // Only a message lets one device wait for another's computing.
  if (cause.rank === idle.rank && cause.instruction.op !== "recv") return null;
  if (isFilling(trace, idle)) return "filling";
  const { numInFlight, messagesMs } = pipelineOf(trace);
  // Where messages from stage to stage take time, a gap closed in one place may open in another: nothing is sure.
  if (numInFlight === 1) return "severalInFlight";
  return messagesMs === 0 ? "moreMicrobatches" : null;
}

export const REMEDIES = {
  weightsLast: "Weight gradients kept for the end would fill a part of the gap, as in zero-bubble schedules.",
  fasterLink: "A faster link would shorten this wait.",
  filling: "The pipeline is filling: with more micro-batches this is a smaller share of the step.",
  severalInFlight:
    "One micro-batch at a time is on its way through the pipeline: with several, devices would work side by side.",
  moreMicrobatches: "With more micro-batches such gaps are a smaller share of the step.",
} as const;
export type Remedy = keyof typeof REMEDIES;

/** Whether the message itself, and not who came late to it, is what most of a wait passes with. */
function isMostOf(idle: Idle, { startMs, endMs }: Span): boolean {
  return Math.min(endMs, idle.endMs) - Math.max(startMs, idle.startMs) > (idle.endMs - idle.startMs) / 2;
}

/** Its first pass through a layer is still to come. */
function isFilling({ program }: Trace, { rank, next }: Idle): boolean {
  return next !== null && !program.ranks[rank].instructions.slice(0, next).some(isNodePass);
}

/** Its last work is a backward that found its weight gradients at once. */
function endsWithWholeBackward(trace: Trace, rank: number): boolean {
  const working = spansOf(trace, rank, "compute").filter(({ startMs, endMs }) => endMs > startMs);
  const keepsWeights = working.some(({ instruction }) => instruction.action?.kind === "W");
  return !keepsWeights && working.at(-1)?.instruction.action?.kind === "B";
}

interface Pipeline {
  /** Micro-batches that are past their first forward and not yet back, at most. */
  numInFlight: number;
  /** All messages from stage to stage together. */
  messagesMs: number;
}

const known = new WeakMap<Trace, Pipeline>();

function pipelineOf(trace: Trace): Pipeline {
  const found = known.get(trace) ?? findPipeline(trace);
  known.set(trace, found);
  return found;
}

function findPipeline(trace: Trace): Pipeline {
  const { ranks } = trace.program;
  const first = ranks.find(({ instructions }) => instructions.some(({ action }) => action?.stage === 0));
  const inFlight = new Set<number>();
  let numInFlight = 0;
  for (const { action } of first?.instructions ?? []) {
    if (action?.stage !== 0) continue;
    if (action.kind === "F") inFlight.add(action.microbatch);
    else inFlight.delete(action.microbatch);
    numInFlight = Math.max(numInFlight, inFlight.size);
  }
  let messagesMs = 0;
  ranks.forEach((_, rank) => {
    for (const { instruction, startMs, endMs } of spansOf(trace, rank, "comm")) {
      if (instruction.op === "send") messagesMs += endMs - startMs;
    }
  });
  return { numInFlight, messagesMs };
}
