/**
 * Changes of a scenario that are known to save memory, in words and as scenarios. Whether one of them is enough, or can
 * be run at all, is for those to say who account for it.
 */
import { divisors } from "./legality";
import type { Scenario } from "./schema";

/** One kind of change, from its mildest form to its strongest. */
export interface Saving {
  /** Whether it asks for more devices. */
  needsDevices: boolean;
  levels: readonly Change[];
}

export interface Change {
  /** Follows "with": `ZeRO-2`. */
  name: string;
  apply(scenario: Scenario): Scenario;
}

/** So many times as many devices along an axis; more would be another machine, and not the same one with a change. */
const FACTORS = [2, 4, 8];

export function savingsOf(scenario: Scenario): Saving[] {
  const here = (levels: Change[]): Saving => ({ needsDevices: false, levels });
  const elsewhere = (levels: Change[]): Saving => ({ needsDevices: true, levels });
  return [
    here(recomputes(scenario)),
    here(smallerMicrobatches(scenario)),
    here(zeroStages(scenario)),
    elsewhere(scenario.schedule.kind === "custom" ? [] : pipelines(scenario)),
    elsewhere(tensorCuts(scenario)),
  ].filter(({ levels }) => levels.length > 0);
}

function recomputes({ model, recompute }: Scenario): Change[] {
  const names = { selective: "attention's scores computed again", full: "each layer's forward computed again" };
  const kinds = recompute === "full" ? [] : model.kind === "gpt" && recompute === "none" ? SELECTIVE_OR_FULL : FULL;
  return kinds.map((kind) => ({ name: names[kind], apply: (one) => ({ ...one, recompute: kind }) }));
}

const FULL = ["full"] as const;
const SELECTIVE_OR_FULL = ["selective", "full"] as const;

function smallerMicrobatches({ batch, mesh }: Scenario): Change[] {
  return divisors(batch.global / mesh.dp)
    .filter((micro) => micro < batch.micro)
    .reverse()
    .map((micro) => ({
      name: `micro-batches of ${micro}`,
      apply: (one) => ({ ...one, batch: { ...one.batch, micro } }),
    }));
}

function zeroStages({ zero, mesh }: Scenario): Change[] {
  if (mesh.dp === 1) return [];
  return [1, 2, 3]
    .filter((stage) => stage > zero)
    .map((stage) => ({ name: `ZeRO-${stage}`, apply: (one) => ({ ...one, zero: stage }) }));
}

/** With a micro-batch a rank at least, so that every one has something to do. */
function pipelines({ mesh, batch }: Scenario): Change[] {
  return FACTORS.flatMap((factor) => {
    const pp = mesh.pp * factor;
    const perRank = batch.global / mesh.dp;
    const micro = divisors(perRank).findLast((size) => size <= batch.micro && perRank / size >= pp);
    if (!micro) return [];
    const name = `${pp} pipeline ranks${micro < batch.micro ? ` and micro-batches of ${micro}` : ""}`;
    return [{ name, apply: (one) => ({ ...one, mesh: { ...one.mesh, pp }, batch: { ...one.batch, micro } }) }];
  });
}

function tensorCuts({ mesh }: Scenario): Change[] {
  return FACTORS.map((factor) => {
    const tp = mesh.tp * factor;
    return { name: `tensors cut in ${tp}`, apply: (one) => ({ ...one, mesh: { ...one.mesh, tp } }) };
  });
}
