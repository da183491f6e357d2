/** The parameters of a run as if it were on one device. */
import { groupOf } from "../mesh/mesh";
import { allParameters } from "../model/model";
import { joinShards } from "../model/sharding";
import { describeRankModel } from "../model/tensorParallel";
import type { Scenario } from "../scenario/schema";
import type { TrainingRun } from "./run";

/** All whole parameters of a run, put together from the first ranks that hold their parts. */
export async function wholeParameters(scenario: Scenario, run: TrainingRun): Promise<Map<string, Float32Array>> {
  const { mesh, ranks } = run.trace.program;
  const parameters = allParameters(describeRankModel(scenario.model, mesh.tp));
  const all = new Map<string, Float32Array>();
  for (const rankProgram of new Set(ranks)) {
    const group = groupOf(mesh, "tp", ranks.indexOf(rankProgram));
    const parts = await Promise.all(group.map((rank) => run.readParameters(rank)));
    for (const parameter of parameters) {
      const own = parts.map((part) => part.get(parameter.name));
      if (own[0]) all.set(parameter.name, joinShards(own as Float32Array[], parameter));
    }
  }
  return all;
}
