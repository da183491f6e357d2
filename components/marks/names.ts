/** What readers call the parts of a program. */

import type { Axis } from "@/engine/mesh/mesh";
import type { Instruction, MemoryKind, Program } from "@/engine/program";
import { listed } from "./format";

/** What an operation works on, as a noun: `bucket 2`, `the gradients of layers.1`, `blocks.1.add2 for micro-batch 3`. */
export function contentName({ ranks }: Program, rank: number, { op, on, action }: Instruction): string {
  const { groups } = ranks[rank];
  const place = groups.findIndex((group) => group.name === on);
  if (place >= 0 && op === "allGather") return `the parameters of ${on}`;
  if (place >= 0 && op === "reduceScatter") return `the gradients of ${on}`;
  if (place >= 0) return groups.length === 1 ? "all gradients" : `bucket ${place + 1}`;
  const what = isOfGradient(on) ? `the ${readableName(on)}` : readableName(on);
  return action ? `${what} for micro-batch ${action.microbatch + 1}` : what;
}

/** Whether a name is that of an activation's gradient. */
export const isOfGradient = (name: string): boolean => name.startsWith("d(");

const KINDS: Record<string, string> = {
  grad: "gradient",
  part: "own part",
  message: "message buffer",
  "adam.m": "Adam's mean",
  "adam.v": "Adam's mean square",
};

/**
 * A tensor of the program as readers say it: `d(layers.3)` is the gradient of what layers.3 gives, `grad:layers.3.bias`
 * that of a parameter, `adam.m:bucket0` an average that the optimizer keeps for the first bucket.
 */
export function readableName(name: string): string {
  const [, activation] = /^d\((.+)\)$/.exec(name) ?? [];
  if (activation) return `gradient of ${activation}`;
  const [, kind, of] = /^(?:([^:]+):)?(.+)$/.exec(name) ?? [];
  if (!of || (kind && !KINDS[kind])) return name;
  const [, group, place] = /^(bucket|part)(\d+)$/.exec(of) ?? [];
  const whose = group ? `${group} ${Number(place) + 1}` : of;
  return kind ? `${KINDS[kind]} of ${whose}` : whose;
}

/** A kind of memory within a sentence. */
export function kindName(kind: MemoryKind): string {
  return kind === "optimizer" ? "optimizer state" : kind;
}

/** What is cut along an axis of the mesh. */
export const AXIS_NAMES: Record<Axis, string> = { dp: "data", pp: "pipeline", tp: "tensor" };

/** Devices count from 1 for readers, and many in a row are said as such: `devices 1 to 4 and 7`. */
export function devicesNamed(ranks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const rank of ranks) {
    const run = runs.at(-1);
    if (run && run[1] === rank - 1) run[1] = rank;
    else runs.push([rank, rank]);
  }
  const names = runs.flatMap(([first, last]): (string | number)[] =>
    last - first > 1 ? [`${first + 1} to ${last + 1}`] : first === last ? [first + 1] : [first + 1, last + 1],
  );
  return `device${ranks.length === 1 ? "" : "s"} ${listed(names)}`;
}
