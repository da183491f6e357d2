/**
 * Costs of whole actions, for comparing schedules: only F, I, W and B take time, whatever the model, and what is done
 * again none. An action's time is spread over its instructions by their FLOPs.
 */
import { formatAction, type Instruction, isNodePass, type NodePass } from "../program";
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
  const parts = new Map<string, number[]>();
  instructions.forEach((instruction, index) => {
    if (!isNodePass(instruction) || instruction.op === "recompute" || !instruction.action) return;
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
      durations[index] = (nextBorder - border) * passMs[(instructions[index] as NodePass).op as keyof PassMs];
      border = nextBorder;
    });
  }
  return durations;
}
