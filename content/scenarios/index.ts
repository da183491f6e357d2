/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { choosingALayout, largeModel, tooLargeForOne } from "./choosing-a-layout";
import { dataParallelism } from "./data-parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  "data-parallelism": dataParallelism,
  "choosing-a-layout": choosingALayout,
  "too-large-for-one": tooLargeForOne,
  "large-model": largeModel,
};
