/** What some bytes are: the named tensors behind a kind of memory, who made the largest and who will free it. */
import type { TimeFormat } from "@/components/marks/format";
import { counted } from "@/components/marks/format";
import { kindName, readableName } from "@/components/marks/names";
import { type TensorLife, tensorsAt } from "@/engine/account";
import { sum } from "@/engine/base/range";
import { formatBytes } from "@/engine/base/units";
import type { Instruction, MemoryKind } from "@/engine/program";
import type { Trace } from "@/engine/trace";

export interface BytesExplanation {
  what: string;
  why: string;
}

/** Why a kind of memory is there at all. */
const PURPOSES: Record<MemoryKind, string> = {
  parameters: "the model itself, which every forward and backward reads",
  gradients: "what backward has found so far, kept until the optimizer step",
  optimizer: "what the optimizer remembers from step to step",
  activations: "what forward keeps for backward",
  buffers: "what is soon gone: gradients of activations on their way back, and what messages bring or need",
};

/** Parameters kept in parts are of no use to a layer before they are gathered. */
const PARTS_PURPOSE = "this device's part of the model; a layer's parts are gathered before it runs";

function purposeOf(trace: Trace, { rank, kind }: { rank: number; kind: MemoryKind }): string {
  const inParts = trace.program.ranks[rank].groups.some(({ keptIn }) => keptIn !== null);
  return kind === "parameters" && inParts ? PARTS_PURPOSE : PURPOSES[kind];
}

export function explainBytes(
  trace: Trace,
  place: { rank: number; kind: MemoryKind; atMs: number },
  time: TimeFormat,
): BytesExplanation {
  const tensors = tensorsAt(trace, place.rank, place.atMs).filter(({ buffer }) => buffer.kind === place.kind);
  const bytes = sum(tensors.map((tensor) => tensor.bytes));
  const who = `Device ${place.rank + 1} holds ${formatBytes(bytes)} of ${kindName(place.kind)} at ${time.text(place.atMs)}`;
  const what = `${who}, in ${counted(tensors.length, "tensor")}: ${purposeOf(trace, place)}.`;
  const [largest] = tensors;
  if (!largest) return { what, why: "" };
  const name = `${tensorName(largest)} (${formatBytes(largest.bytes)})`;
  return {
    what,
    why: `The largest is ${name}, ${madeSentence(trace, largest, time)}, ${freedSentence(trace, largest, time)}.`,
  };
}

/** A tensor as readers know it: its layer, and the micro-batch it belongs to. */
export function tensorName({ buffer }: TensorLife): string {
  const name = readableName(buffer.name.replace(/[#@]\d+$/, ""));
  return buffer.microbatch === undefined ? name : `${name} of micro-batch ${buffer.microbatch + 1}`;
}

function madeSentence(trace: Trace, life: TensorLife, time: TimeFormat): string {
  if (life.madeBy === null) return "there since before the step";
  return `made by ${operationName(instructionOf(trace, life, life.madeBy))} at ${time.text(life.fromMs)}`;
}

function freedSentence(trace: Trace, life: TensorLife, time: TimeFormat): string {
  if (life.freedBy === null) return "kept for the next step";
  return `freed by ${operationName(instructionOf(trace, life, life.freedBy))} at ${time.text(life.toMs)}`;
}

function instructionOf({ program }: Trace, { rank }: TensorLife, index: number): Instruction {
  return program.ranks[rank].instructions[index];
}

const NAMES: Partial<Record<Instruction["op"], string>> = {
  inputGrad: "the input gradient",
  weightGrad: "the weight gradient",
  recompute: "the repeated forward",
  allReduce: "the all-reduce",
  reduceScatter: "the reduce-scatter",
  allGather: "the all-gather",
  optimize: "the optimizer step",
  sumSquares: "the gradient norm",
  flatten: "the joining of gradients",
  keepPart: "the cut to its own part",
  recv: "the receive",
};

/** An instruction as a noun: `the forward of layers.1`. */
export function operationName({ op, on }: Instruction): string {
  return `${NAMES[op] ?? `the ${op}`} of ${readableName(on)}`;
}
