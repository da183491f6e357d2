/**
 * Pass: turns the actions of a stage into one instruction a node and pass.
 *
 * Backward follows the model in reverse. A value that feeds two branches (the residual stream) gets its gradient in
 * two parts; the second to arrive is added to the first by the instruction that makes it. A full backward runs a
 * node's weight gradient right after its input gradient, so that gradients are ready, and can travel, early.
 */
import { invariant } from "../base/assert";
import type { Model, ModelNode, Parameter } from "../model/model";
import { INPUTS, TARGETS } from "../model/model";
import { isLoss, isPassThrough, nodeKind, passesGradientOn, type Role, type Shape } from "../model/nodeKinds";
import type { Action } from "../program/action";
import type { BufferId, Instruction, MemoryKind, RankProgram, Reduction } from "../program/program";
import { actionsOf, type WorkCell } from "../schedules";
import type { RankDraft } from "./draft";
import { gradName, savedName, valueGradName, valueName } from "./names";

export interface StageExpansion {
  model: Model;
  /** The nodes of each stage, in forward order. */
  stages: ModelNode[][];
  /** The pp coordinate that runs each stage. */
  stageToRank: readonly number[];
  /** Samples in a micro-batch. */
  microbatchSize: number;
}

/**
 * Appends the instructions of a rank's cells, in order, to a draft that already holds its parameters. A forward and a
 * backward that share a cell start when both have their inputs.
 */
export function expandLayers(draft: RankDraft, cells: readonly WorkCell[], expansion: StageExpansion): void {
  /** The buffer that holds the gradient of a value so far, and after a node's input gradient, of its output. */
  const gradOf = new Map<string, BufferId>();
  /** The buffer that holds a value. */
  const bufferOfValue = new Map<string, BufferId>();
  const rows = expansion.microbatchSize * expansion.model.rowsPerSample;
  for (const cell of cells) {
    const start = draft.instructions.length;
    const [first, ...others] = actionsOf(cell);
    pushAction(first as Action);
    const before = new Set(draft.imports.keys());
    others.forEach(pushAction);
    const needs = [...draft.imports.keys()].filter((id) => !before.has(id));
    if (needs.length > 0) draft.instructions[start] = { ...(draft.instructions[start] as Instruction), needs };
  }

  function pushAction(action: Action): void {
    const nodes = expansion.stages[action.stage];
    invariant(nodes, `no stage ${action.stage}`);
    if (action.kind === "F") pushForwards(nodes, action);
    else pushBackwards(nodes, action);
  }

  function pushForwards(nodes: ModelNode[], action: Action): void {
    const { stage, microbatch } = action;
    const input = inputOf(nodes);
    const from = elsewhere(stage, stage - 1);
    if (from !== null) {
      const { sizes } = nodes[0] as ModelNode;
      const id = draft.add({
        name: valueName(input, microbatch),
        kind: "activations",
        shape: [rows, sizes.inFeatures],
        microbatch,
      });
      bufferOfValue.set(valueName(input, microbatch), id);
      draft.imports.set(id, { value: input, peer: from, action });
    }
    for (const node of nodes) pushForward(node, action);
    const to = elsewhere(stage, stage + 1);
    const output = outputOf(nodes);
    if (to !== null) draft.exports.set(valueBuffer(output, microbatch), { value: output, peer: to, action });
  }

  function pushBackwards(nodes: ModelNode[], action: Action): void {
    const { stage, kind, microbatch } = action;
    const output = outputOf(nodes);
    const from = elsewhere(stage, stage + 1);
    if (from !== null && kind !== "W") {
      const { sizes } = nodes.at(-1) as ModelNode;
      const name = valueGradName(output, microbatch);
      const id = draft.add({ name, kind: "buffers", shape: [rows, sizes.outFeatures], microbatch });
      gradOf.set(valueName(output, microbatch), id);
      draft.imports.set(id, { value: `d(${output})`, peer: from, action });
    }
    for (const node of nodes.toReversed()) pushBackward(node, action);
    const to = elsewhere(stage, stage - 1);
    const input = inputOf(nodes);
    if (to !== null && kind !== "W") {
      const gradient = gradientOf(input, microbatch);
      draft.exports.set(gradient, { value: `d(${input})`, peer: to, action });
      // A full backward is one action: its gradient leaves when all of it is done, weight gradients too. That it need
      // not wait for them is what schedules that split B into I and W gain.
      if (kind === "B") keepUntilNow(gradient);
    }
  }

  function keepUntilNow(id: BufferId): void {
    const last = draft.instructions.pop() as Instruction;
    draft.instructions.push({ ...last, needs: [...last.needs, id] });
  }

  /** The rank of a neighbouring stage when it is another one; null when there is no such stage, or it is here. */
  function elsewhere(stage: number, neighbour: number): number | null {
    const rank = expansion.stageToRank[neighbour];
    return rank === undefined || rank === expansion.stageToRank[stage] ? null : rank;
  }

  function pushForward(node: ModelNode, action: Action): void {
    const { microbatch } = action;
    const kind = nodeKind(node.kind);
    for (const value of Object.values(node.values)) {
      if ((value === INPUTS || value === TARGETS) && !bufferOfValue.has(valueName(value, microbatch))) {
        pushLoad(value, action);
      }
    }
    if (isPassThrough(node.kind)) {
      passForward(node, action);
      return;
    }
    const reads = kind.forwardReads.map((role) => bufferOf(node, role, microbatch));
    const output = draft.add({
      name: valueName(node.name, microbatch),
      kind: isLoss(node.kind) ? "buffers" : "activations",
      shape: kind.outputShape(node.sizes, rows),
      microbatch,
    });
    const saved = Object.entries(kind.saved(node.sizes, rows)).map(([role, shape]) =>
      draft.add({ name: savedName(node.name, role, microbatch), kind: "activations", shape, microbatch }),
    );
    bufferOfValue.set(valueName(node.name, microbatch), output);
    draft.push({ op: "forward", on: node.name, stream: "compute", action, reads, writes: [output, ...saved] });
  }

  function pushLoad(value: string, action: Action): void {
    const { model, microbatchSize } = expansion;
    const shape: Shape = value === INPUTS ? model.inputShape(microbatchSize) : [microbatchSize * model.rowsPerSample];
    const { microbatch } = action;
    const kind: MemoryKind = "activations";
    const id = draft.add({ name: valueName(value, microbatch), kind, shape, microbatch });
    bufferOfValue.set(valueName(value, microbatch), id);
    draft.push({ op: "load", on: value, stream: "compute", action, reads: [], writes: [id] });
  }

  function pushBackward(node: ModelNode, action: Action): void {
    const { kind, microbatch } = action;
    // What only feeds the loss's own bookkeeping has no gradient.
    if (!isLoss(node.kind) && !gradOf.has(valueName(node.name, microbatch))) return;
    if (kind !== "W") pushInputGrad(node, action);
    if (kind !== "I" && nodeKind(node.kind).weightGradReads) pushWeightGrad(node, action);
  }

  function pushInputGrad(node: ModelNode, action: Action): void {
    const { microbatch } = action;
    const reads = nodeKind(node.kind).inputGradReads;
    if (passesGradientOn(node.kind)) {
      const dy = gradientOf(node.name, microbatch);
      for (const value of Object.values(node.values)) gradOf.set(valueName(value, microbatch), dy);
      if (node.kind === "copyToRanks") pushAllReduce(`d(${node.name})`, "sum", dy, action);
      return;
    }
    const x = node.values.x as string;
    if (!reads || x === INPUTS) return;
    const earlier = gradOf.get(valueName(x, microbatch));
    const ids = reads.map((role) => bufferOf(node, role, microbatch));
    const dx = draft.add({
      name: valueGradName(x, microbatch),
      kind: "buffers",
      shape: shapeOf(bufferOf(node, "x", microbatch)),
      microbatch,
    });
    draft.push({
      op: "inputGrad",
      on: node.name,
      stream: "compute",
      action,
      reads: earlier === undefined ? ids : [...ids, earlier],
      writes: [dx],
    });
    gradOf.set(valueName(x, microbatch), dx);
  }

  /** Megatron's f and g: the value stays in its buffer, which a collective may complete. */
  function passForward(node: ModelNode, action: Action): void {
    const id = bufferOf(node, "x", action.microbatch);
    bufferOfValue.set(valueName(node.name, action.microbatch), id);
    if (node.kind === "sumOverRanks") pushAllReduce(node.name, "sum", id, action);
    if (node.kind === "maxOverRanks") pushAllReduce(node.name, "max", id, action);
  }

  function pushAllReduce(on: string, reduction: Reduction, id: BufferId, action: Action): void {
    draft.push({ op: "allReduce", on, stream: "comm", axis: "tp", reduction, action, reads: [], updates: [id] });
  }

  function pushWeightGrad(node: ModelNode, action: Action): void {
    const reads = (nodeKind(node.kind).weightGradReads as readonly Role[]).map((role) =>
      bufferOf(node, role, action.microbatch),
    );
    const parameters: Parameter[] = Object.values(node.parameters);
    const existing = parameters.map(({ name }) => draft.find(gradName(name)));
    const first = existing.every((id) => id === undefined);
    const ids = first
      ? parameters.map(({ name, shape }) => draft.add({ name: gradName(name), kind: "gradients", shape }))
      : (existing as BufferId[]);
    const base = { op: "weightGrad", on: node.name, stream: "compute", action, reads } as const;
    draft.push(first ? { ...base, writes: ids } : { ...base, updates: ids });
  }

  function bufferOf(node: ModelNode, role: Role, microbatch: number): BufferId {
    if (role === "dy") return gradientOf(node.name, microbatch);
    if (role === "y") return valueBuffer(node.name, microbatch);
    const value = node.values[role];
    if (value) return valueBuffer(value, microbatch);
    const parameter = node.parameters[role];
    if (parameter) return draft.id(parameter.name);
    return draft.id(savedName(node.name, role, microbatch));
  }

  function valueBuffer(value: string, microbatch: number): BufferId {
    const id = bufferOfValue.get(valueName(value, microbatch));
    invariant(id !== undefined, `${value} is used before it is made`);
    return id;
  }

  function gradientOf(value: string, microbatch: number): BufferId {
    const id = gradOf.get(valueName(value, microbatch));
    invariant(id !== undefined, `the gradient of ${value} is used before it is made`);
    return id;
  }

  function shapeOf(id: BufferId): Shape {
    return (draft.buffers[id] as RankProgram["buffers"][number]).shape;
  }
}

/** The value that a stage takes from the stage before, or from the data. */
function inputOf(nodes: readonly ModelNode[]): string {
  return nodes[0]?.values.x as string;
}

/** The value that a stage hands to the next. */
function outputOf(nodes: readonly ModelNode[]): string {
  return nodes.at(-1)?.name as string;
}
