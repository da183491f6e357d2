/** What readers call the parts of a program. */
import type { Instruction, Program } from "@/engine/program";

/** What an operation works on, as a noun: `bucket 2`, `the gradients of layers.1`, `blocks.1.add2 for micro-batch 3`. */
export function contentName({ ranks }: Program, rank: number, { op, on, action }: Instruction): string {
  const { groups } = ranks[rank];
  const place = groups.findIndex((group) => group.name === on);
  if (place >= 0 && op === "allGather") return `the parameters of ${on}`;
  if (place >= 0 && op === "reduceScatter") return `the gradients of ${on}`;
  if (place >= 0) return groups.length === 1 ? "all gradients" : `bucket ${place + 1}`;
  return action ? `${on} for micro-batch ${action.microbatch + 1}` : on;
}
