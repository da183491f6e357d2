/** The parameters of a run as if it were on one device. */
import { range } from "../base/range";
import { rankAt } from "../mesh/mesh";
import { describeRankModel } from "../model/tensorParallel";
import type { RankProgram } from "../program";
import type { Scenario } from "../scenario/schema";
import { joinValues } from "./ownValues";
import type { TrainingRun } from "./run";

/** All whole parameters of a run, put together from the first ranks that hold their parts. */
export async function wholeParameters(scenario: Scenario, run: TrainingRun): Promise<Map<string, Float32Array>> {
  const { mesh, ranks } = run.trace.program;
  const model = describeRankModel(scenario);
  const byPipelineRank = await Promise.all(
    range(mesh.pp).map((pp) => {
      const program = ranks[rankAt(mesh, { pp, tp: 0, dp: 0 })] as RankProgram;
      return joinValues(model, mesh, pp, program, run.readParameters);
    }),
  );
  return new Map(byPipelineRank.flatMap((own) => [...own]));
}
