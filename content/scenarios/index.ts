/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { dataParallelism } from "./data-parallelism";
import { tensorParallelism, tensorParallelTransformer } from "./tensor-parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  "data-parallelism": dataParallelism,
  "tensor-parallelism": tensorParallelism,
  "tensor-parallel-transformer": tensorParallelTransformer,
};
