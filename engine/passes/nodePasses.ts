/**
 * One node of the model and one pass through it, as an instruction: which buffers it reads and makes.
 *
 * A value that feeds two branches (the residual stream) gets its gradient in two parts; the second to arrive is added
 * to the first by the instruction that makes it. A value that only passes through a node stays in its buffer.
 */
import { invariant } from "../base/assert";
import { INPUTS, type Model, type ModelNode, type Parameter, TARGETS } from "../model/model";
import {
  type ExchangeStep,
  isLoss,
  type NodeKind,
  nodeKind,
  passesGradientOn,
  type Role,
  rowsOf,
  type Shape,
} from "../model/nodeKinds";
import type { Action } from "../program/action";
import type { BufferId, RankProgram } from "../program/program";
import type { RankDraft } from "./draft";
import { again, gradName, ownGradName, savedName, valueGradName, valueName } from "./names";

/** Which buffers hold the values of a rank's micro-batches so far, and their gradients. */
export interface NodePasses {
  forward(node: ModelNode, action: Action): void;
  /**
   * The forward of some nodes once more, into other buffers, for their own backward. Whoever else reads the output of
   * the last of them has kept it.
   */
  recompute(nodes: readonly ModelNode[], action: Action): void;
  /** Input gradient, weight gradient or both, as the action says. */
  backward(node: ModelNode, action: Action): void;
  /** @throws InvariantError when the value is not made */
  valueBuffer(value: string, microbatch: number): BufferId;
  /** @throws InvariantError when the gradient is not made */
  gradientBuffer(value: string, microbatch: number): BufferId;
  /** Adds the buffer of a value that comes from another rank, with `features` a row. */
  takeValue(value: string, features: number, node: ModelNode, action: Action): BufferId;
  takeGradient(value: string, features: number, node: ModelNode, action: Action): BufferId;
}

export interface NodePassOptions {
  model: Model;
  /** In a micro-batch. */
  samples: number;
  /** Of a data-parallel rank; each counts alike in the loss of the step. */
  numMicrobatches: number;
  /** Whether a gradient is summed over micro-batches where it is made, or each leaves on its own. */
  sumsGradients: boolean;
}

export function nodePasses(draft: RankDraft, options: NodePassOptions): NodePasses {
  const { model, samples, numMicrobatches, sumsGradients } = options;
  const values = perMicrobatch();
  /** The gradient of a value so far, and after the input gradient of its node, of the node's output. */
  const gradients = perMicrobatch();
  const saved = perMicrobatch();
  /** Outputs that were computed again, for the backward of the very node. */
  const recomputed = perMicrobatch();

  return {
    forward(node, action) {
      for (const value of Object.values(node.values)) {
        const isData = value === INPUTS || value === TARGETS;
        if (isData && !values.has(value, action.microbatch)) load(value, action);
      }
      runForward(node, action, "forward");
    },
    recompute(nodes, action) {
      const output = nodes.at(-1)?.name ?? "";
      const { microbatch } = action;
      const kept = values.get(output, microbatch);
      for (const node of nodes) runForward(node, action, "recompute");
      if (kept === undefined) return;
      recomputed.set(output, microbatch, valueBuffer(output, microbatch));
      values.set(output, microbatch, kept);
    },
    backward(node, action) {
      const { kind, microbatch } = action;
      // What only feeds the loss's own bookkeeping has no gradient.
      if (!isLoss(node.kind) && !gradients.has(node.name, microbatch)) return;
      if (kind !== "W") inputGrad(node, action);
      if (kind !== "I" && nodeKind(node.kind).weightGradReads) weightGrad(node, action);
    },
    valueBuffer,
    gradientBuffer,
    takeValue(value, features, { sizes }, { microbatch }) {
      const name = valueName(value, microbatch);
      const id = draft.add({ name, kind: "activations", shape: [rowsOf(sizes, samples), features], microbatch });
      values.set(value, microbatch, id);
      return id;
    },
    takeGradient(value, features, { sizes }, { microbatch }) {
      const name = valueGradName(value, microbatch);
      const id = draft.add({ name, kind: "buffers", shape: [rowsOf(sizes, samples), features], microbatch });
      gradients.set(value, microbatch, id);
      return id;
    },
  };

  function load(value: string, action: Action): void {
    const shape: Shape = value === INPUTS ? model.inputShape(samples) : [samples * model.rowsPerSample];
    const name = valueName(value, action.microbatch);
    const id = draft.add({ name, kind: "activations", shape, microbatch: action.microbatch });
    values.set(value, action.microbatch, id);
    draft.push({ op: "load", on: value, stream: "compute", action, axis: "dp", reads: [], writes: [id] });
  }

  function runForward(node: ModelNode, action: Action, op: "forward" | "recompute"): void {
    const { microbatch } = action;
    const kind: NodeKind = nodeKind(node.kind);
    const name = op === "forward" ? (text: string) => text : again;
    const reads = kind.forwardReads.map((role) => bufferOf(node, role, microbatch));
    if (kind.exchange) {
      const made = exchange(kind.exchange.forward, node.name, reads[0] as BufferId, action, () =>
        draft.add({
          name: name(valueName(node.name, microbatch)),
          kind: "activations",
          shape: kind.outputShape(node.sizes, rowsOf(node.sizes, samples)),
          microbatch,
        }),
      );
      values.set(node.name, microbatch, made);
      return;
    }
    const rows = rowsOf(node.sizes, samples);
    const output = draft.add({
      name: name(valueName(node.name, microbatch)),
      kind: isLoss(node.kind) ? "buffers" : "activations",
      shape: kind.outputShape(node.sizes, rows),
      microbatch,
    });
    const kept = Object.entries(kind.saved(node.sizes, rows)).map(([role, shape]) => {
      const ownName = savedName(node.name, role, microbatch);
      const id = draft.add({ name: name(ownName), kind: "activations", shape, microbatch });
      saved.set(`${node.name}.${role}`, microbatch, id);
      return id;
    });
    values.set(node.name, microbatch, output);
    draft.push({ op, on: node.name, stream: "compute", action, reads, writes: [output, ...kept] });
  }

  function inputGrad(node: ModelNode, action: Action): void {
    const { microbatch } = action;
    const kind: NodeKind = nodeKind(node.kind);
    const x = node.values.x as string;
    if (kind.exchange) {
      const dy = gradientBuffer(node.name, microbatch);
      const made = exchange(kind.exchange.backward, `d(${node.name})`, dy, action, () => addGradient(node, microbatch));
      gradients.set(x, microbatch, made);
      return;
    }
    if (passesGradientOn(node.kind)) {
      const dy = gradientBuffer(node.name, microbatch);
      for (const value of Object.values(node.values)) gradients.set(value, microbatch, dy);
      return;
    }
    if (!kind.inputGradReads || x === INPUTS) return;
    const earlier = gradients.get(x, microbatch);
    const ids = kind.inputGradReads.map((role) => bufferOf(node, role, microbatch));
    const dx = addGradient(node, microbatch);
    const reads = earlier === undefined ? ids : [...ids, earlier];
    const share = isLoss(node.kind) ? { share: 1 / numMicrobatches } : {};
    draft.push({ op: "inputGrad", on: node.name, stream: "compute", action, ...share, reads, writes: [dx] });
    gradients.set(x, microbatch, dx);
  }

  /** @returns the buffer that holds the result: the given one, changed in place, or a new one */
  function exchange(step: ExchangeStep | null, on: string, from: BufferId, action: Action, add: () => BufferId) {
    if (!step) return from;
    const base = { on, stream: "comm", axis: "tp", action } as const;
    if (step.op === "allReduce") {
      draft.push({ ...base, ...step, reads: [], updates: [from] });
      return from;
    }
    const made = add();
    draft.push({ ...base, ...step, blocks: samples, reads: [from], writes: [made] });
    return made;
  }

  /** The buffer for the gradient of a node's input. */
  function addGradient(node: ModelNode, microbatch: number): BufferId {
    const { shape } = draft.buffers[bufferOf(node, "x", microbatch)] as RankProgram["buffers"][number];
    const name = valueGradName(node.values.x as string, microbatch);
    return draft.add({ name, kind: "buffers", shape, microbatch });
  }

  function weightGrad(node: ModelNode, action: Action): void {
    const roles = nodeKind(node.kind).weightGradReads as readonly Role[];
    const reads = roles.map((role) => bufferOf(node, role, action.microbatch));
    const parameters = Object.values(node.parameters);
    const base = { op: "weightGrad", on: node.name, stream: "compute", action, reads } as const;
    const soFar = parameters.map(({ name }) => draft.find(gradName(name)));
    if (soFar.every((id) => id !== undefined)) draft.push({ ...base, updates: soFar });
    else draft.push({ ...base, writes: parameters.map((parameter) => addWeightGradient(parameter, action)) });
  }

  function addWeightGradient({ name, shape }: Parameter, { microbatch }: Action): BufferId {
    if (sumsGradients) return draft.add({ name: gradName(name), kind: "gradients", shape });
    return draft.add({ name: ownGradName(name, microbatch), kind: "buffers", shape, microbatch });
  }

  function bufferOf(node: ModelNode, role: Role, microbatch: number): BufferId {
    if (role === "dy") return gradientBuffer(node.name, microbatch);
    if (role === "y") return recomputed.get(node.name, microbatch) ?? valueBuffer(node.name, microbatch);
    const value = node.values[role];
    if (value) return valueBuffer(value, microbatch);
    const parameter = node.parameters[role];
    if (parameter) return draft.id(parameter.name);
    const id = saved.get(`${node.name}.${role}`, microbatch);
    invariant(id !== undefined, `${role} of ${node.name} is used before it is saved`);
    return id;
  }

  function valueBuffer(value: string, microbatch: number): BufferId {
    const id = values.get(value, microbatch);
    invariant(id !== undefined, `${value} is used before it is made`);
    return id;
  }

  function gradientBuffer(value: string, microbatch: number): BufferId {
    const id = gradients.get(value, microbatch);
    invariant(id !== undefined, `the gradient of ${value} is used before it is made`);
    return id;
  }
}

/** A buffer by name and micro-batch. Two levels: joining the two in one key would make a string at every look. */
function perMicrobatch() {
  const byMicrobatch: Map<string, BufferId>[] = [];
  return {
    get: (name: string, microbatch: number) => byMicrobatch[microbatch]?.get(name),
    has: (name: string, microbatch: number) => byMicrobatch[microbatch]?.has(name) ?? false,
    set(name: string, microbatch: number, id: BufferId): void {
      byMicrobatch[microbatch] ??= new Map();
      byMicrobatch[microbatch].set(name, id);
    },
  };
}
