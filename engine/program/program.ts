/**
 * The Program: the ordered instructions of every rank, and the buffers they work on. It is the only description
 * of what happens in a training step; numbers, time, memory and pictures all interpret it.
 *
 * An instruction names the buffers that it reads, makes, changes in place and frees, so the life of every tensor
 * on every device is part of the program.
 */
import { product } from "../base/range";
import { BYTES_PER_ELEMENT } from "../base/units";
import type { Axis, MeshShape } from "../mesh/mesh";
import type { Shape } from "../model/nodeKinds";
import type { Action } from "./action";

/**
 * What a device's memory is spent on. `activations` is what forward makes and keeps for backward; `buffers` is
 * temporary: gradients of activations on their way down, and what a message needs while it travels.
 */
export const MEMORY_KINDS = ["parameters", "gradients", "optimizer", "activations", "buffers"] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** Index into its rank's buffer table. */
export type BufferId = number;

/** A tensor on a device: named, of a declared shape, four bytes an element. */
export interface Buffer {
  readonly name: string;
  readonly kind: MemoryKind;
  readonly shape: Shape;
  /** The micro-batch that an activation belongs to. */
  readonly microbatch?: number;
}

/** A rank works on two queues at once, each in order: arithmetic, and messages. */
export const STREAMS = ["compute", "comm"] as const;
export type Stream = (typeof STREAMS)[number];

interface InstructionBase {
  /** What it works on: a node, a data field, or a gradient group. */
  readonly on: string;
  readonly stream: Stream;
  /** The action it is part of; none for gradient sync and the optimizer. */
  readonly action?: Action;
  /** Buffers read, in the order of the operation's roles. */
  readonly reads: readonly BufferId[];
  /** Buffers that must be there when it starts, though it does not read them: the inputs of what it overlaps with. */
  readonly needs: readonly BufferId[];
  /** Buffers that it does not read, but that may leave only when it is done. */
  readonly holds: readonly BufferId[];
  /** Buffers made; they come to life when the instruction starts. */
  readonly writes: readonly BufferId[];
  /** Buffers changed in place. */
  readonly updates: readonly BufferId[];
  /** Buffers whose memory the written ones take over, as a view does: gone when the instruction starts. */
  readonly replaces: readonly BufferId[];
  /** Buffers given back when the instruction ends: nobody uses them later. */
  readonly frees: readonly BufferId[];
  /** Earlier instructions of this rank that must have ended: on the other stream, or messages that it uses. */
  readonly waits: readonly number[];
}

/** Copies a micro-batch's inputs or targets onto the device. */
export interface Load extends InstructionBase {
  readonly op: "load";
  /** The axis whose ranks each have samples of their own; without one, all load the same. */
  readonly axis?: Axis;
}

/** One pass through one node of the model. `recompute` is a forward that is done again, for what was not kept. */
export interface NodePass extends InstructionBase {
  readonly op: "forward" | "recompute" | "inputGrad" | "weightGrad";
  /** Of the loss's gradient: what its micro-batch counts in the loss of the step. */
  readonly share?: number;
}

/** Lays the finished gradients of a group end to end in one flat buffer; the same memory, seen as one tensor. */
export interface Flatten extends InstructionBase {
  readonly op: "flatten";
}

/** Keeps the rank's own part, along dp, of a flat buffer, and gives the rest of its memory back. */
export interface KeepPart extends InstructionBase {
  readonly op: "keepPart";
}

/** Combines the tensor that it updates over all ranks of an axis group; every rank gets the result. */
export interface AllReduce extends InstructionBase {
  readonly op: "allReduce";
  readonly axis: Axis;
  readonly reduction: Reduction;
}

/**
 * Combines a tensor over all ranks of an axis group; each rank gets its part. The tensor is what it reads, end to end,
 * padded with zeros; the part is written, or added to what it updates. If it reads nothing it works in place: what it
 * updates then holds the finished part in its place, and elsewhere what is of no use any more.
 */
export interface ReduceScatter extends InstructionBase {
  readonly op: "reduceScatter";
  readonly axis: Axis;
  readonly reduction: Reduction;
  /** Blocks that are each cut on their own: rank p gets the p-th part of every block. */
  readonly blocks: number;
}

/** The inverse: lays the part that each rank of a group reads end to end, in the buffers that it writes or updates. */
export interface AllGather extends InstructionBase {
  readonly op: "allGather";
  readonly axis: Axis;
  readonly blocks: number;
}

export type Reduction = "mean" | "sum" | "max";

/** Hands a tensor to another pipeline rank; does not wait until it is taken. */
export interface Send extends InstructionBase {
  readonly op: "send";
  /** The pp coordinate of the receiver; its other coordinates are the sender's. */
  readonly peer: number;
}

/** Takes a tensor that a pipeline rank sends. */
export interface Recv extends InstructionBase {
  readonly op: "recv";
  /** The pp coordinate of the sender. */
  readonly peer: number;
}

/** The sum of the squares of a rank's own gradients; its root over all ranks is the gradient norm. */
export interface SumSquares extends InstructionBase {
  readonly op: "sumSquares";
  /** For each buffer read, what it counts: what n ranks hold alike counts 1 / n on each. */
  readonly shares: readonly number[];
}

/**
 * Clips the gradients of a group by their global norm and updates its optimizer state and its parameters; or, where
 * the parameters are only read, writes the rank's part of their new values.
 */
export interface Optimize extends InstructionBase {
  readonly op: "optimize";
}

/** Hands the sum of squares of the gradients, and the losses of the micro-batches if there are any, to the host. */
export interface Report extends InstructionBase {
  readonly op: "report";
}

export type Collective = AllReduce | ReduceScatter | AllGather;
export type Instruction =
  | Load
  | NodePass
  | Flatten
  | KeepPart
  | Collective
  | Send
  | Recv
  | SumSquares
  | Optimize
  | Report;
export type Op = Instruction["op"];

/** One rank's part of the program. Ranks that do the same share one object. */
export interface RankProgram {
  readonly buffers: readonly Buffer[];
  /** Buffers that exist before the step and after it: parameters and optimizer state. */
  readonly resident: readonly BufferId[];
  readonly instructions: readonly Instruction[];
  /** How its gradients lie together. */
  readonly groups: readonly GradientGroup[];
}

/** A run of parameters whose gradients lie end to end in one flat tensor, and share flat optimizer state. */
export interface GradientGroup {
  readonly name: string;
  /** Names of parameters, in the order in which they lie. */
  readonly parameters: readonly string[];
  /** Tensor-parallel ranks that hold these very parameters; 1 where each rank has a part of its own. */
  readonly copies: number;
  /** Each tensor-parallel rank finds only a part of these gradients: they are summed over tp. */
  readonly partial: boolean;
  /** The buffer in which a rank keeps its part, along dp, of the parameters; null: each parameter has its own, whole. */
  readonly keptIn: string | null;
}

export interface Program {
  readonly mesh: MeshShape;
  /** By rank. */
  readonly ranks: readonly RankProgram[];
}

export function bufferBytes({ shape }: Buffer): number {
  return product(shape) * BYTES_PER_ELEMENT;
}

const NODE_PASSES: ReadonlySet<string> = new Set<NodePass["op"]>(["forward", "recompute", "inputGrad", "weightGrad"]);

export function isNodePass(instruction: Instruction): instruction is NodePass {
  return NODE_PASSES.has(instruction.op);
}
