/** What a device does and whom it talks to at a moment, in words. */
import { listed } from "@/components/marks/format";
import { contentName } from "@/components/marks/names";
import { formatBytes } from "@/engine/base/units";
import { AXES, groupOf, type MeshShape } from "@/engine/mesh/mesh";
import type { ActionKind } from "@/engine/program";
import { type Message, type Span, type Trace, workAt } from "@/engine/trace";

const KINDS: Record<ActionKind, string> = {
  F: "forward",
  B: "backward",
  I: "input gradients",
  W: "weight gradients",
};

/** `forward of micro-batch 2`, `optimizer step`, `idle`. */
export function workName(span: Span | null): string {
  if (!span) return "idle";
  const { action, op } = span.instruction;
  if (op === "optimize" || op === "sumSquares") return "optimizer step";
  if (!action) return op;
  const again = op === "recompute" ? "forward again" : KINDS[action.kind];
  return `${again} of micro-batch ${action.microbatch + 1}`;
}

/** Whom a device belongs with along every axis longer than 1, counted from 1. */
export function groupSentence(mesh: MeshShape, rank: number): string {
  const parts = AXES.filter((axis) => mesh[axis] > 1).map((axis) => {
    const others = groupOf(mesh, axis, rank).filter((member) => member !== rank);
    return `${axis} with ${listed(others.map((member) => member + 1))}`;
  });
  return parts.length > 0 ? `It is grouped along ${listed(parts)}.` : "It is alone.";
}

/** Why a device talks to others at all, by axis. */
const REASONS: Record<Message["axis"], string> = {
  dp: "replicas must agree on the gradients and parameters that they share",
  pp: "the next stage works on what this one has made",
  tp: "each holds only a part of the layer, and of its sums",
};

export function momentSentence(trace: Trace, rank: number, atMs: number, messages: readonly Message[]): string {
  const who = `Device ${rank + 1}: ${workName(workAt(trace, rank, atMs))}.`;
  const own = messages.filter(({ from }) => from === rank);
  const [message] = own;
  if (!message) return `${who} It sends nothing. ${groupSentence(trace.program.mesh, rank)}`;
  const { name, index, to, bytes, axis } = message;
  const what = contentName(trace.program, rank, trace.program.ranks[rank].instructions[index]);
  const aim = name === "send" ? `of ${what} to device ${to + 1}` : `of ${what} to device ${to + 1}, around the ring`;
  return `${who} It sends ${formatBytes(bytes)} ${aim} (${name}, along ${axis}), because ${REASONS[axis]}.`;
}
