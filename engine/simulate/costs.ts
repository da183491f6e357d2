/**
 * How long an instruction takes: the one place where time comes from.
 *
 * Under `unit` and `fixed` only the four kinds of action take time, whatever the model: an action's time is spread
 * over its instructions by their FLOPs. Under `hardware` everything takes time and occupies its stream.
 */
import { describeModel, type ModelNode } from "../model/model";
import { nodeKind } from "../model/nodeKinds";
import {
  type Collective,
  formatAction,
  type Instruction,
  isNodePass,
  type NodePass,
  type RankProgram,
} from "../program";
import type { Scenario } from "../scenario/schema";
import { hardwareCosts } from "./hardware";

export interface Costs {
  /** The time of each instruction of a rank, in order; of a collective, 0 (it depends on the group). */
  durationsMs(rankProgram: RankProgram): Float64Array;
  /** From the moment all members are there. */
  collectiveMs(instruction: Collective, rankProgram: RankProgram, group: readonly number[]): number;
}

/** FLOPs of one pass through a node, on one micro-batch. */
export type NodeFlops = (pass: NodePass) => number;

export function costsOf(scenario: Scenario): Costs {
  const flops = nodeFlops(scenario);
  const { costs } = scenario;
  switch (costs.kind) {
    case "unit":
      return actionCosts({ forward: 1, inputGrad: 1, weightGrad: 1 }, flops);
    case "fixed":
      return actionCosts(costs, flops);
    case "hardware":
      return hardwareCosts(costs.preset, flops);
  }
}

export function nodeFlops({ model, batch }: Scenario): NodeFlops {
  const { units, rowsPerSample } = describeModel(model);
  const nodes = new Map(units.flatMap((unit) => unit.nodes).map((node) => [node.name, node]));
  const rows = batch.micro * rowsPerSample;
  return ({ op, on }) => {
    const { kind, sizes } = nodes.get(on) as ModelNode;
    return nodeKind(kind).flops(sizes, rows)[op];
  };
}

type PassMs = Record<NodePass["op"], number>;

function actionCosts(passMs: PassMs, flops: NodeFlops): Costs {
  return { durationsMs: ({ instructions }) => spread(instructions, passMs, flops), collectiveMs: () => 0 };
}

/**
 * Spreads the time of each action's forward, input-gradient and weight-gradient half over its instructions. Borders
 * are rounded to 2^-20 of the whole, so that sums of whole numbers stay exact.
 */
function spread(instructions: readonly Instruction[], passMs: PassMs, flops: NodeFlops): Float64Array {
  const durations = new Float64Array(instructions.length);
  const parts = new Map<string, number[]>();
  instructions.forEach((instruction, index) => {
    if (!isNodePass(instruction) || !instruction.action) return;
    const key = `${formatAction(instruction.action)} ${instruction.op}`;
    const part = parts.get(key);
    if (part) part.push(index);
    else parts.set(key, [index]);
  });
  for (const indices of parts.values()) {
    const weights = indices.map((index) => flops(instructions[index] as NodePass));
    const total = weights.reduce((a, b) => a + b, 0);
    let done = 0;
    let border = 0;
    indices.forEach((index, i) => {
      done += weights[i] as number;
      const nextBorder = i === indices.length - 1 ? 1 : Math.round((done / total) * 2 ** 20) / 2 ** 20;
      durations[index] = (nextBorder - border) * passMs[(instructions[index] as NodePass).op];
      border = nextBorder;
    });
  }
  return durations;
}
