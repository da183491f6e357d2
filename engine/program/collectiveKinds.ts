/**
 * The registry of collectives: what each is called, which halves of the ring it goes through, and how large the tensor
 * is that goes round, whatever its members hold of it. Its arithmetic is in `execute/collectives.ts`.
 */
import { product, sum } from "../base/range";
import type { AllGather, AllReduce, Buffer, BufferId, Collective, Instruction, ReduceScatter } from "./program";
import { chunkStarts, type RingMessage, ringAllGather, ringAllReduce, ringReduceScatter } from "./ringPlan";

interface CollectiveKind<C extends Collective> {
  /** As reports and readers call it. */
  name: string;
  /** Where there is no room for its name. */
  short: string;
  /** n - 1 steps that leave each rank with its finished chunk. */
  reduces: boolean;
  /** n - 1 steps that bring every chunk to every rank. */
  gathers: boolean;
  /** What the same place of the network does in the backward pass. */
  adjoint: string;
  /** The same as an operation, where it is another collective. */
  adjointOp: Collective["op"] | null;
  /** Elements of the whole tensor; where a rank starts or ends with a part, of all parts, padding included. */
  elements(collective: C, sizeOf: (ids: readonly BufferId[]) => number, groupSize: number): number;
}

type Kinds = { [Op in Collective["op"]]: CollectiveKind<Extract<Collective, { op: Op }>> };

export const COLLECTIVE_KINDS: Kinds = {
  allReduce: {
    name: "all-reduce",
    short: "AR",
    reduces: true,
    gathers: true,
    adjoint:
      "Its backward sends nothing: every device's gradient is the sum's own. Where a value is copied to all devices instead, it is the backward that is an all-reduce.",
    adjointOp: null,
    elements: ({ updates }: AllReduce, sizeOf) => sizeOf(updates),
  },
  reduceScatter: {
    name: "reduce-scatter",
    short: "RS",
    reduces: true,
    gathers: false,
    adjoint: "Its backward is an all-gather: each part of the sum came from everybody, so everybody gets its gradient.",
    adjointOp: "allGather",
    elements: ({ reads, writes, updates }: ReduceScatter, sizeOf, groupSize) =>
      reads.length > 0 ? groupSize * sizeOf([...writes, ...updates]) : sizeOf(updates),
  },
  allGather: {
    name: "all-gather",
    short: "AG",
    reduces: false,
    gathers: true,
    adjoint:
      "Its backward is a reduce-scatter: everybody used each part, so its gradients are added up where it came from.",
    adjointOp: "reduceScatter",
    elements: ({ reads }: AllGather, sizeOf, groupSize) => groupSize * sizeOf(reads),
  },
};

export function isCollective(instruction: Instruction): instruction is Collective {
  return instruction.op in COLLECTIVE_KINDS;
}

/** The messages of a collective, by position in its group of some size. */
export function ringMessages({ op }: Pick<Collective, "op">, groupSize: number): RingMessage[] {
  const { reduces, gathers } = COLLECTIVE_KINDS[op];
  if (reduces && gathers) return ringAllReduce(groupSize);
  return reduces ? ringReduceScatter(groupSize) : ringAllGather(groupSize);
}

/** Elements of the tensor that goes round. */
export function ringElements(collective: Collective, buffers: readonly Buffer[], groupSize: number): number {
  const sizeOf = (ids: readonly BufferId[]) => sum(ids.map((id) => product(buffers[id]?.shape ?? [])));
  const { elements } = COLLECTIVE_KINDS[collective.op] as CollectiveKind<Collective>;
  return elements(collective, sizeOf, groupSize);
}

/** Steps in which messages go round. */
export function ringSteps({ op }: Collective, groupSize: number): number {
  const { reduces, gathers } = COLLECTIVE_KINDS[op];
  return (Number(reduces) + Number(gathers)) * (groupSize - 1);
}

/**
 * What a position of the group sends. By the plan, it sends every chunk but its own while reducing, and every one but
 * the next while gathering.
 */
export function ringSentElements(
  collective: Collective,
  buffers: readonly Buffer[],
  groupSize: number,
  position: number,
): number {
  const elements = ringElements(collective, buffers, groupSize);
  const starts = chunkStarts(elements, groupSize);
  const chunk = (i: number) => (starts[(i % groupSize) + 1] as number) - (starts[i % groupSize] as number);
  const { reduces, gathers } = COLLECTIVE_KINDS[collective.op];
  return (reduces ? elements - chunk(position) : 0) + (gathers ? elements - chunk(position + 1) : 0);
}
