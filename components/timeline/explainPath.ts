/** The critical path in words: how long it is, and what its time is spent on. */
import type { TimeFormat } from "@/components/marks/format";
import { devicesNamed } from "@/components/marks/names";
import { criticalPathParts, type Trace } from "@/engine/trace";

export interface PathExplanation {
  what: string;
  why: string;
}

export function explainPath(trace: Trace, time: TimeFormat): PathExplanation {
  const { computeMs, computing, commMs, communicating } = criticalPathParts(trace);
  const parts = [
    computeMs > 0 ? `${time.text(computeMs)} of computing, on ${devicesNamed(computing)}` : "",
    commMs > 0 ? `${time.text(commMs)} of messages, between ${devicesNamed(communicating)}` : "",
  ].filter(Boolean);
  const messages = commMs > 0 ? "" : " No message is on it.";
  return {
    what: `The critical path is ${time.text(trace.stepMs)} long, as long as the step:`,
    why: `${parts.join("; and ") || "nothing on it takes any time"}.${messages} Only what lies on it can make the step shorter by being faster.`,
  };
}
