/** The registry of cost models: from a scenario to how long its instructions take. */
import { describeRankModel } from "../model/tensorParallel";
import type { Scenario } from "../scenario/schema";
import { actionCosts } from "./actionCosts";
import { type Costs, nodeFlops } from "./costModel";
import { hardwareCosts } from "./hardware";

/** @param model the one that the program was built from */
export function costsOf(scenario: Scenario, model = describeRankModel(scenario)): Costs {
  const flops = nodeFlops(scenario, model);
  const { costs } = scenario;
  switch (costs.kind) {
    case "unit":
      return actionCosts({ forward: 1, inputGrad: 1, weightGrad: 1, transfer: 0 }, flops);
    case "fixed":
      return actionCosts(costs, flops);
    case "hardware":
      return hardwareCosts(costs.preset, flops);
  }
}
