/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { collectives } from "./collectives";
import { dataParallelism } from "./data-parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  collectives,
  "data-parallelism": dataParallelism,
};
