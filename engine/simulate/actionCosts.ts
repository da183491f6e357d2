/**
 * Costs of whole actions, for comparing schedules: only F, I, W and B take time, whatever the model, and what is done
 * again none. An action's time is spread over its instructions by their FLOPs.
 */
import { type Action, type Instruction, isNodePass, isSameAction, type NodePass } from "../program";
import type { Costs, NodeFlops } from "./costModel";

/** What a forward, an input-gradient and a weight-gradient action of a stage take. */
type PassMs = Record<Exclude<NodePass["op"], "recompute">, number>;

export function actionCosts(passMs: PassMs & { transfer: number }, flops: NodeFlops): Costs {
  return {
    durationsMs: ({ instructions }) => spread(instructions, passMs, flops),
    collectiveMs: () => 0,
    messageMs: () => passMs.transfer,
    messagesOccupyStreams: false,
  };
}

/**
 * Spreads the time of each action's forward, input-gradient and weight-gradient half over its instructions. Borders
 * are rounded to 2^-20 of the whole, so that sums of whole numbers stay exact.
 */
function spread(instructions: readonly Instruction[], passMs: PassMs, flops: NodeFlops): Float64Array {
  const durations = new Float64Array(instructions.length);
  const halves: Record<keyof PassMs, number[]> = { forward: [], inputGrad: [], weightGrad: [] };
  let current: Action | undefined;
  const endAction = () => {
    spreadHalf(halves.forward, passMs.forward, instructions, flops, durations);
    spreadHalf(halves.inputGrad, passMs.inputGrad, instructions, flops, durations);
    spreadHalf(halves.weightGrad, passMs.weightGrad, instructions, flops, durations);
  };
  instructions.forEach((instruction, index) => {
    const { action } = instruction;
    if (!isNodePass(instruction) || instruction.op === "recompute" || !action) return;
    if (!current || !isSameAction(action, current)) endAction();
    current = action;
    halves[instruction.op].push(index);
  });
  endAction();
  return durations;
}

/** Shares a time among some instructions by their FLOPs, and forgets them. */
function spreadHalf(
  indices: number[],
  totalMs: number,
  instructions: readonly Instruction[],
  flops: NodeFlops,
  durations: Float64Array,
): void {
  let total = 0;
  // Until the sum is known, each place holds the FLOPs so far.
  for (const index of indices) {
    total += flops(instructions[index] as NodePass);
    durations[index] = total;
  }
  let border = 0;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    const share = (durations[index] as number) / total;
    const nextBorder = i === indices.length - 1 ? 1 : Math.round(share * 2 ** 20) / 2 ** 20;
    durations[index] = (nextBorder - border) * totalMs;
    border = nextBorder;
  }
  indices.length = 0;
}
