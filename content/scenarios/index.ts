/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { dataParallelism } from "./data-parallelism";
import { cube, eightLayers } from "./multi-dimensional-parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  "data-parallelism": dataParallelism,
  cube,
  "eight-layers": eightLayers,
};
