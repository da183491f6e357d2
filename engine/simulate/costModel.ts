/** What a model of costs answers, and the FLOPs that all of them start from. */
import type { Model } from "../model/model";
import { nodeKind, rowsOf } from "../model/nodeKinds";
import type { Collective, NodePass, RankProgram } from "../program";
import type { Scenario } from "../scenario/schema";

export interface Costs {
  /** The time of each instruction of a rank, in order; of a collective, 0 (it depends on the group). */
  durationsMs(rankProgram: RankProgram): Float64Array;
  /** From the moment all members are there. */
  collectiveMs(instruction: Collective, rankProgram: RankProgram, group: readonly number[]): number;
  /** A message between two pipeline ranks. */
  messageMs(bytes: number, from: number, to: number): number;
  /** Whether a message occupies the comm streams of both ends, or is a pure delay. */
  messagesOccupyStreams: boolean;
}

/** FLOPs of one pass through a node, on one micro-batch. */
export type NodeFlops = (pass: NodePass) => number;

export function nodeFlops(scenario: Scenario, { units }: Model): NodeFlops {
  const costs = new Map(
    units
      .flatMap((unit) => unit.nodes)
      .map(({ name, kind, sizes }) => {
        const flops = nodeKind(kind).flops(sizes, rowsOf(sizes, scenario.batch.micro));
        return [name, { ...flops, recompute: flops.forward }];
      }),
  );
  return ({ op, on }) => (costs.get(on) as Record<NodePass["op"], number>)[op];
}
