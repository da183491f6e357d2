/** A program that is not the scenario's own (a changed one, or one with a mistake in it) against one device. */
import type { TrainingRun } from "../execute";
import { openRun } from "../execute";
import { coordsOf } from "../mesh/mesh";
import { allParameters, type Model } from "../model/model";
import type { BuiltProgram } from "../passes";
import { validateProgram } from "../program";
import type { Scenario } from "../scenario/schema";
import { costsOf, simulate } from "../simulate";
import { type MaxDifference, maxOf, relativeDifference, trainAndCompare } from "./compare";

export interface ProgramCheck extends MaxDifference {
  /** Over the gradient norms of all steps. */
  gradNorm: number;
  /** Between ranks that should hold the same parameters. */
  replicas: number;
  /** Where accounted and held bytes disagreed first, if they did. */
  disagreement: string | null;
  /** Step by step, here and on one device. */
  losses: { here: number; oneDevice: number }[];
}

/**
 * Opens a given program: from here it can train.
 *
 * @throws Refusal when the program is not legal
 */
export function openProgram(scenario: Scenario, { program, model }: BuiltProgram): TrainingRun {
  validateProgram(program);
  return openRun(scenario, simulate(program, costsOf(scenario, model)), model);
}

/**
 * Trains a given program for the scenario's steps beside one device. Leaves no tensor behind.
 *
 * @throws Refusal when the program is not legal
 */
export async function checkProgram(scenario: Scenario, built: BuiltProgram): Promise<ProgramCheck> {
  const run = openProgram(scenario, built);
  try {
    let gradNorm = 0;
    let disagreement: string | null = null;
    const losses: ProgramCheck["losses"] = [];
    const difference = await trainAndCompare(scenario, run, (result, reference) => {
      gradNorm = maxOf(gradNorm, relativeDifference(result.gradNorm, reference.gradNorm));
      disagreement ??= result.disagreement;
      losses.push({ here: result.loss, oneDevice: reference.loss });
    });
    return { ...difference, gradNorm, replicas: await replicaDifference(run, built.model), disagreement, losses };
  } finally {
    run.dispose();
  }
}

/** The largest difference between ranks that hold the same parameter, whole or the same shard of it. */
async function replicaDifference({ trace, readParameters }: TrainingRun, model: Model): Promise<number> {
  const { mesh, ranks } = trace.program;
  const parameters = new Map(allParameters(model).map((parameter) => [parameter.name, parameter]));
  const firsts = new Map<string, Float32Array>();
  let largest = 0;
  for (const rank of ranks.keys()) {
    for (const [name, values] of await readParameters(rank)) {
      const parameter = parameters.get(name);
      // A part that ZeRO-3 keeps is held once along dp.
      if (!parameter) continue;
      const key = parameter.shard ? `${name} of tp ${coordsOf(mesh, rank).tp}` : name;
      const first = firsts.get(key);
      if (!first) firsts.set(key, values);
      else {
        values.forEach((value, i) => {
          largest = maxOf(largest, relativeDifference(value, first[i] as number));
        });
      }
    }
  }
  return largest;
}
