/** How large the tensor is that a collective sends round its ring, whatever its members hold of it. */
import { product, sum } from "../base/range";
import type { Buffer, BufferId, Collective } from "./program";

/**
 * Elements of the whole tensor; where every rank ends or starts with a part, of all parts, padding included.
 *
 * @param size members of the group
 */
export function ringElements(collective: Collective, buffers: readonly Buffer[], size: number): number {
  const elements = (ids: readonly BufferId[]) => sum(ids.map((id) => product(buffers[id]?.shape ?? [])));
  const { op, reads, writes, updates } = collective;
  if (op === "allReduce") return elements(updates);
  if (op === "allGather") return size * elements(reads);
  return reads.length > 0 ? size * elements([...writes, ...updates]) : elements(updates);
}

/** Steps in which messages go round: n - 1 to reduce, n - 1 to gather. */
export function ringSteps({ op }: Collective, size: number): number {
  return (op === "allReduce" ? 2 : 1) * (size - 1);
}
