/**
 * What to look at in a run to see gradients averaged and replicas stay equal: each bucket before and after its
 * all-reduce, and every parameter once the optimizer has changed it.
 */
import type { Watch } from "@/engine/execute";
import { buildProgram } from "@/engine/passes";
import { flatGradName } from "@/engine/passes/names";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";

export function watchGradientSync(scenario: ScenarioInput): Watch[] {
  return buildProgram(parseScenario(scenario)).ranks[0].groups.flatMap(({ name, parameters }): Watch[] => [
    { op: "flatten", on: name, phase: "end", buffer: flatGradName(name) },
    { op: "allReduce", on: name, phase: "end", buffer: flatGradName(name) },
    ...parameters.map((buffer): Watch => ({ op: "optimize", on: name, phase: "end", buffer })),
  ]);
}
