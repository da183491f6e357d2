/** A rank's program while the passes write it: a buffer table that grows, and instructions in issue order. */
import { invariant } from "../base/assert";
import type { Action } from "../program/action";
import type { Buffer, BufferId, GradientGroup, Instruction, RankProgram } from "../program/program";

/** An instruction as a pass writes it; what it leaves out is empty. */
export type Draft = Instruction extends infer I
  ? I extends Instruction
    ? Omit<I, "needs" | "holds" | "writes" | "updates" | "replaces" | "frees" | "waits"> &
        Partial<Pick<I, "needs" | "writes" | "updates" | "replaces">>
    : never
  : never;

/** What crosses a stage border, and the pp coordinate on its other side. */
export interface Boundary {
  value: string;
  peer: number;
  action: Action;
}

export interface RankDraft {
  readonly buffers: Buffer[];
  readonly resident: BufferId[];
  instructions: Instruction[];
  /** Adds a buffer to the table. @throws InvariantError when the name is taken */
  add(buffer: Buffer): BufferId;
  /** Buffers that another stage's rank makes, and where it runs: they are received. */
  readonly imports: Map<BufferId, Boundary>;
  /** Buffers that another stage's rank needs: they are sent. */
  readonly exports: Map<BufferId, Boundary>;
  /** Adds a buffer that exists before the step and after it. */
  addResident(buffer: Buffer): BufferId;
  /** @throws InvariantError when no buffer has that name */
  id(name: string): BufferId;
  find(name: string): BufferId | undefined;
  push(instruction: Draft): void;
}

export function draftRank(): RankDraft {
  const ids = new Map<string, BufferId>();
  const draft: RankDraft = {
    buffers: [],
    resident: [],
    instructions: [],
    imports: new Map(),
    exports: new Map(),
    add(buffer) {
      invariant(!ids.has(buffer.name), `two buffers are called ${buffer.name}`);
      ids.set(buffer.name, draft.buffers.length);
      return draft.buffers.push(buffer) - 1;
    },
    addResident(buffer) {
      const id = draft.add(buffer);
      draft.resident.push(id);
      return id;
    },
    id(name) {
      const id = ids.get(name);
      invariant(id !== undefined, `no buffer is called ${name}`);
      return id;
    },
    find: (name) => ids.get(name),
    push: (instruction) => {
      draft.instructions.push(completed(instruction));
    },
  };
  return draft;
}

/** One empty list for all: most of an instruction's lists are, and there may be millions. */
const NONE: readonly never[] = [];

/** All instructions have the same first fields in the same order, which makes walking through many of them fast. */
export function completed(draft: Draft): Instruction {
  const { op, on, stream, action, reads } = draft;
  const lists = {
    reads,
    needs: NONE,
    holds: NONE,
    writes: NONE,
    updates: NONE,
    replaces: NONE,
    frees: NONE,
    waits: NONE,
  };
  return Object.assign({ op, on, stream, action, ...lists }, draft) as Instruction;
}

/** Gives an instruction of a draft other lists; until it is finished a draft is its passes' own. */
export function amend(
  instruction: Instruction,
  lists: Partial<Pick<Instruction, "reads" | "needs" | "holds" | "frees" | "waits">>,
): void {
  Object.assign(instruction, lists);
}

export function finishRank(
  { buffers, resident, instructions }: RankDraft,
  groups: readonly GradientGroup[],
): RankProgram {
  return { buffers, resident, instructions, groups };
}
