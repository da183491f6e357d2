/** What a device does and whom it talks to at a moment, in words. */
import { listed } from "@/components/marks/format";
import { contentName } from "@/components/marks/names";
import { formatBytes } from "@/engine/base/units";
import { AXES, groupOf, type MeshShape } from "@/engine/mesh/mesh";
import { type ActionKind, type Instruction, isCollective, type RankProgram } from "@/engine/program";
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

/** Why a device sends what it sends, read from the operation itself: whatever form of parallelism put it there. */
export function reasonFor(instruction: Instruction, { groups }: RankProgram): string {
  if (!isCollective(instruction)) {
    return instruction.action?.kind === "F"
      ? "the next stage works on what this one has made"
      : "the stage before goes back with the gradients that this one has found";
  }
  const { on, op } = instruction;
  const isOfGroup = groups.some(({ name }) => name === on);
  if (op === "allGather") {
    if (isOfGroup) return "each keeps or updates only a part of these parameters, and all are needed";
    return "each holds only a part of what the layer works on";
  }
  const { reduction } = instruction;
  if (isOfGroup && reduction === "mean") return "each has found these gradients on samples of its own";
  if (isOfGroup) return "each has found only a part of these gradients";
  if (reduction === "max") return "each has seen only a part of the numbers of which the largest is wanted";
  return "each has found only a part of the sum";
}

export function momentSentence(trace: Trace, rank: number, atMs: number, messages: readonly Message[]): string {
  const work = workAt(trace, rank, atMs);
  const who = work ? `Device ${rank + 1}: ${workName(work)}.` : `Device ${rank + 1} computes nothing.`;
  const rankProgram = trace.program.ranks[rank];
  const own = messages.filter(({ from }) => from === rank);
  const taken = messages.filter(({ to, name }) => to === rank && name === "send");
  const received = taken.map((message) => receivedSentence(trace, message)).join("");
  const [message] = own;
  if (!message) return `${who}${received || " It sends nothing."} ${groupSentence(trace.program.mesh, rank)}`;
  const { name, index, to, bytes, axis } = message;
  const instruction = rankProgram.instructions[index];
  const what = contentName(trace.program, rank, instruction);
  const aim = name === "send" ? `of ${what} to device ${to + 1}` : `of ${what} to device ${to + 1}, around the ring`;
  const reason = reasonFor(instruction, rankProgram);
  return `${who}${received} It sends ${formatBytes(bytes)} ${aim} (${name}, along ${axis}), because ${reason}.`;
}

/** In a ring everybody receives as everybody sends; a message from stage to stage has one receiver. */
function receivedSentence({ program }: Trace, { from, index, bytes, axis }: Message): string {
  const what = contentName(program, from, program.ranks[from].instructions[index]);
  return ` It receives ${formatBytes(bytes)} of ${what} from device ${from + 1} (along ${axis}).`;
}
