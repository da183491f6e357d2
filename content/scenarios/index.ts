/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { dataParallelism } from "./data-parallelism";
import { zero } from "./zero";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = { "data-parallelism": dataParallelism, zero };
