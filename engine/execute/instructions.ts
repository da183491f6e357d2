/** What each instruction does to the tensors of its device; `collectives.ts` says it of collectives. */
import {
  add,
  mul,
  pad,
  reshape,
  type Scalar,
  slice,
  sqrt,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { InvariantError, invariant } from "../base/assert";
import { product } from "../base/range";
import type { Sample } from "../data/dataset";
import { cutFlat, joinFlat, padTo } from "../layers/flat";
import { type Axis, coordsOf, type MeshShape } from "../mesh/mesh";
import { INPUTS, type ModelNode } from "../model/model";
import { nodeKind, type Role } from "../model/nodeKinds";
import {
  type Flatten,
  type Instruction,
  isNodePass,
  type KeepPart,
  type Load,
  type NodePass,
  type Optimize,
  type SumSquares,
} from "../program/program";
import type { OptimizerConfig } from "../scenario/schema";
import type { Device } from "./device";
import { type PassContext, runForward, runInputGrad, runWeightGrad } from "./kernels";
import { clipScale, update } from "./optimizers";

/** What the instructions of one training step need beside the devices' tensors. */
export interface StepContext {
  /** Counts from 1. */
  step: number;
  nodes: ReadonlyMap<string, ModelNode>;
  /** @param share what the micro-batch counts in the loss */
  passContext(node: ModelNode, rank: number, share: number): PassContext;
  /** The samples of a micro-batch on a rank, of those that the ranks of an axis have each their own of. */
  samples(rank: number, microbatch: number, axis?: Axis): Sample[];
  optimizer: OptimizerConfig;
  mesh: MeshShape;
  /** Tokens are int32, features float32. */
  hasTokens: boolean;
}

/** Runs what a rank does alone: everything but collectives and the report to the host. */
export function runInstruction(device: Device, instruction: Instruction, context: StepContext): void {
  if (instruction.op === "load") load(device, instruction, context);
  else if (instruction.op === "flatten") flatten(device, instruction);
  else if (instruction.op === "keepPart") keepPart(device, instruction, context);
  else if (instruction.op === "sumSquares") sumSquares(device, instruction);
  else if (instruction.op === "optimize") optimize(device, instruction, context);
  else if (isNodePass(instruction)) nodePass(device, instruction, context);
  else throw new InvariantError(`${instruction.op} is not done by one rank alone`);
}

function load(device: Device, { on, writes, action, axis }: Load, context: StepContext): void {
  const samples = context.samples(device.rank, action?.microbatch ?? 0, axis);
  const id = writes[0] as number;
  const isInput = on === INPUTS;
  const values = samples.flatMap(({ inputs, targets }) => [...(isInput ? inputs : targets)]);
  const dtype = isInput && !context.hasTokens ? "float32" : "int32";
  device.put(id, tensor(values, [...(device.program.buffers[id]?.shape ?? [])], dtype));
}

function nodePass(device: Device, instruction: NodePass, context: StepContext): void {
  const node = context.nodes.get(instruction.on);
  invariant(node, `no node is called ${instruction.on}`);
  const kind = nodeKind(node.kind);
  const { reads, writes, updates, replaces, op, share = 1 } = instruction;
  const pass = context.passContext(node, device.rank, share);
  for (const id of replaces) device.free(id);
  if (op === "forward" || op === "recompute") {
    const made = runForward(node.kind, byRole(device, kind.forwardReads, reads), pass);
    for (const [i, id] of writes.entries()) device.put(id, made[i] as Tensor);
  } else if (op === "inputGrad") {
    const roles = kind.inputGradReads as readonly Role[];
    const earlier = reads[roles.length];
    const tensors = byRole(device, roles, reads);
    const dx = runInputGrad(node.kind, tensors, pass, earlier === undefined ? undefined : device.get(earlier));
    device.put(writes[0] as number, dx);
  } else {
    const tensors = byRole(device, kind.weightGradReads as readonly Role[], reads);
    const soFar = updates.map((id) => device.get(id));
    const grads = runWeightGrad(node.kind, tensors, pass, soFar);
    for (const [i, id] of writes.entries()) device.put(id, grads[i] as Tensor);
    for (const [i, id] of updates.entries()) device.replace(id, grads[i] as Tensor);
  }
}

function byRole(device: Device, roles: readonly Role[], reads: readonly number[]): Record<Role, Tensor> {
  const tensors: Record<Role, Tensor> = {};
  for (let i = 0; i < roles.length; i++) tensors[roles[i] as Role] = device.get(reads[i] as number);
  return tensors;
}

function flatten(device: Device, { replaces, writes }: Flatten): void {
  const id = writes[0] as number;
  const flat = tidy(() => padTo(joinFlat(replaces.map(device.get)), product(device.program.buffers[id]?.shape ?? [])));
  for (const replaced of replaces) device.free(replaced);
  device.put(id, flat);
}

function keepPart(device: Device, { replaces, writes }: KeepPart, context: StepContext): void {
  const [flat] = replaces as [number];
  const part = ownPart(device, device.get(flat) as Tensor1D, writes[0] as number, context);
  device.free(flat);
  device.put(writes[0] as number, part);
}

/** The rank's part, along dp, of a flat tensor; as large as the buffer that takes it. */
function ownPart({ program, rank }: Device, flat: Tensor1D, id: number, { mesh }: StepContext): Tensor1D {
  const size = product(program.buffers[id]?.shape ?? []);
  return tidy(() => slice(padTo(flat, size * mesh.dp), coordsOf(mesh, rank).dp * size, size));
}

function sumSquares(device: Device, { reads, writes, shares }: SumSquares): void {
  const squares = tidy(() => {
    const sums = reads.map((id, i) => mul(sumOfSquares(device.get(id) as Tensor1D), shares[i] as number));
    return reshape(
      sums.reduce((a, b) => add(a, b)),
      [1],
    );
  });
  device.put(writes[0] as number, squares);
}

/**
 * In two levels, rows of 256 and then their sums: one float32 accumulator over a hundred thousand squares is off by
 * 2e-5, more than our tolerance.
 */
function sumOfSquares(flat: Tensor1D): Scalar {
  const rowLength = 256;
  const padded = pad(square(flat), [[0, (rowLength - (flat.size % rowLength)) % rowLength]]);
  return sum<Scalar>(sum(reshape(padded, [-1, rowLength]), 1));
}

/** Where parameters are only read, the rank finds the new values of its part of them. */
function optimize(device: Device, { reads, updates, writes }: Optimize, context: StepContext): void {
  const { optimizer, step } = context;
  const isParameter = (id: number) => device.program.buffers[id]?.kind === "parameters";
  const [grad, squares] = reads.map(device.get) as [Tensor1D, Tensor1D];
  const [part] = writes;
  const parameters = (part === undefined ? updates : reads).filter(isParameter);
  const stateIds = updates.filter((id) => !isParameter(id));
  const { params, state } = tidy(() => {
    const clipped = optimizer.clip === undefined ? grad : mul<Tensor1D>(grad, clipScale(sqrt(squares), optimizer.clip));
    const all_P = joinFlat(parameters.map(device.get));
    const params_P = part === undefined ? all_P : ownPart(device, all_P, part, context);
    const updated = update(optimizer, step, { params_P, state: stateIds.map(device.get) as Tensor1D[] }, clipped);
    const shapes = parameters.map((id) => device.program.buffers[id]?.shape ?? []);
    return {
      params: part === undefined ? cutFlat(updated.params_P, shapes) : [updated.params_P],
      state: updated.state,
    };
  });
  for (const [i, id] of stateIds.entries()) device.replace(id, state[i] as Tensor);
  if (part !== undefined) device.put(part, params[0] as Tensor);
  else for (const [i, id] of parameters.entries()) device.replace(id, params[i] as Tensor);
}
