/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { collectives } from "./collectives";
import { dataParallelism } from "./data-parallelism";
import { devices } from "./devices";
import { parallelism } from "./parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  devices,
  parallelism,
  collectives,
  "data-parallelism": dataParallelism,
};
