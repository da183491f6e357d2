/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { dataParallelism } from "./data-parallelism";
import { devices } from "./devices";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  devices,
  "data-parallelism": dataParallelism,
};
