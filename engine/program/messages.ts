/** Messages between pipeline ranks: what a send and its receive are known by. */
import { coordsOf, type MeshShape, rankAt } from "../mesh/mesh";
import type { Recv, Send } from "./program";

/** The rank that differs from `rank` only in its pp coordinate. */
export function peerOf(mesh: MeshShape, rank: number, pp: number): number {
  return rankAt(mesh, { ...coordsOf(mesh, rank), pp });
}

/** Both sides name a message alike: who sends what to whom. */
export function messageKey(mesh: MeshShape, rank: number, { op, on, peer, action }: Send | Recv): string {
  const other = peerOf(mesh, rank, peer);
  const [from, to] = op === "send" ? [rank, other] : [other, rank];
  return `${on} of micro-batch ${action?.microbatch} from rank ${from} to rank ${to}`;
}
