/**
 * What to look at in a run to see partial sums: those of a row-parallel layer on every device, and the same once they
 * are added. The first micro-batch's.
 */
import type { Watch } from "@/engine/execute";
import { valueName } from "@/engine/passes/names";

export function watchPartialSums(layer: string): Watch[] {
  const buffer = valueName(`${layer}.partial`, 0);
  // The sum takes the place of the partial sums.
  return [
    { op: "forward", on: `${layer}.partial`, phase: "end", buffer },
    { op: "allReduce", on: `${layer}.sum`, phase: "end", buffer },
  ];
}
