/**
 * Pass: turns the actions of a stage into one instruction a node and pass.
 *
 * Backward follows the model in reverse. A value that feeds two branches (the residual stream) gets its gradient in
 * two parts; the second to arrive is added to the first by the instruction that makes it. A full backward runs a
 * node's weight gradient right after its input gradient, so that gradients are ready, and can travel, early.
 */
import { invariant } from "../base/assert";
import type { Model, ModelNode } from "../model/model";
import { INPUTS, TARGETS } from "../model/model";
import { nodeKind, type Role, type Shape } from "../model/nodeKinds";
import type { Action } from "../program/action";
import type { BufferId, MemoryKind, RankProgram } from "../program/program";
import type { RankDraft } from "./draft";
import { gradName, savedName, valueGradName, valueName } from "./names";

export interface StageExpansion {
  model: Model;
  /** The nodes of each stage, in forward order. */
  stages: ModelNode[][];
  /** Samples in a micro-batch. */
  microbatchSize: number;
}

/** Appends the instructions of `actions`, in order, to a rank that already holds its parameters. */
export function expandLayers(draft: RankDraft, actions: readonly Action[], expansion: StageExpansion): void {
  /** The buffer that holds the gradient of a value so far, and after a node's input gradient, of its output. */
  const gradOf = new Map<string, BufferId>();
  const shapes = new Map(
    [...expansion.model.units.flatMap(({ parameters }) => parameters)].map(({ name, shape }) => [name, shape]),
  );
  for (const action of actions) {
    const nodes = expansion.stages[action.stage];
    invariant(nodes, `no stage ${action.stage}`);
    if (action.kind === "F") for (const node of nodes) pushForward(node, action);
    else for (const node of nodes.toReversed()) pushBackward(node, action);
  }

  function pushForward(node: ModelNode, action: Action): void {
    const { microbatch } = action;
    const kind = nodeKind(node.kind);
    const rows = expansion.microbatchSize * expansion.model.rowsPerSample;
    for (const value of Object.values(node.values)) {
      if ((value === INPUTS || value === TARGETS) && draft.find(valueName(value, microbatch)) === undefined) {
        pushLoad(value, action);
      }
    }
    const reads = kind.forwardReads.map((role) => bufferOf(node, role, microbatch));
    const output = draft.add({
      name: valueName(node.name, microbatch),
      kind: node.kind === "crossEntropy" ? "buffers" : "activations",
      shape: kind.outputShape(node.sizes, rows),
      microbatch,
    });
    const saved = Object.entries(kind.saved(node.sizes, rows)).map(([role, shape]) =>
      draft.add({ name: savedName(node.name, role, microbatch), kind: "activations", shape, microbatch }),
    );
    draft.push({ op: "forward", on: node.name, stream: "compute", action, reads, writes: [output, ...saved] });
  }

  function pushLoad(value: string, action: Action): void {
    const { model, microbatchSize } = expansion;
    const shape: Shape = value === INPUTS ? model.inputShape(microbatchSize) : [microbatchSize * model.rowsPerSample];
    const { microbatch } = action;
    const kind: MemoryKind = "activations";
    const id = draft.add({ name: valueName(value, microbatch), kind, shape, microbatch });
    draft.push({ op: "load", on: value, stream: "compute", action, reads: [], writes: [id] });
  }

  function pushBackward(node: ModelNode, action: Action): void {
    const { kind, microbatch } = action;
    if (kind !== "W") pushInputGrad(node, action);
    if (kind !== "I" && nodeKind(node.kind).weightGradReads) pushWeightGrad(node, action);
    if (kind === "I")
      invariant(gradOf.has(valueName(node.name, microbatch)) || node.kind === "crossEntropy", node.name);
  }

  function pushInputGrad(node: ModelNode, action: Action): void {
    const { microbatch } = action;
    const reads = nodeKind(node.kind).inputGradReads;
    if (node.kind === "residual") {
      const dy = gradientOf(node.name, microbatch);
      for (const value of Object.values(node.values)) gradOf.set(valueName(value, microbatch), dy);
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

  function pushWeightGrad(node: ModelNode, action: Action): void {
    const reads = (nodeKind(node.kind).weightGradReads as readonly Role[]).map((role) =>
      bufferOf(node, role, action.microbatch),
    );
    const names = Object.values(node.parameters);
    const existing = names.map((name) => draft.find(gradName(name)));
    const first = existing.every((id) => id === undefined);
    const ids = first
      ? names.map((name) => draft.add({ name: gradName(name), kind: "gradients", shape: shapes.get(name) as Shape }))
      : (existing as BufferId[]);
    const base = { op: "weightGrad", on: node.name, stream: "compute", action, reads } as const;
    draft.push(first ? { ...base, writes: ids } : { ...base, updates: ids });
  }

  function bufferOf(node: ModelNode, role: Role, microbatch: number): BufferId {
    if (role === "dy") return gradientOf(node.name, microbatch);
    if (role === "y") return draft.id(valueName(node.name, microbatch));
    const value = node.values[role];
    if (value) return draft.id(valueName(value, microbatch));
    const parameter = node.parameters[role];
    if (parameter) return draft.id(parameter);
    return draft.id(savedName(node.name, role, microbatch));
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
