/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { collectives } from "./collectives";
import { choosingALayout, largeModel, tooLargeForOne } from "./choosing-a-layout";
import { dataParallelism } from "./data-parallelism";
import { devices } from "./devices";
import { parallelism } from "./parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  devices,
  parallelism,
  collectives,
  "data-parallelism": dataParallelism,
import { interLayerParallelism, layersInTurn } from "./inter-layer-parallelism";
import { pipelineParallelism, pipelineShape, zeroBubblePaper } from "./pipeline-parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  "data-parallelism": dataParallelism,
  "inter-layer-parallelism": interLayerParallelism,
  "layers-in-turn": layersInTurn,
  "pipeline-parallelism": pipelineParallelism,
  "pipeline-shape": pipelineShape,
  "zero-bubble-paper": zeroBubblePaper,
};
import { zero } from "./zero";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = { "data-parallelism": dataParallelism, zero };
import { cube, eightLayers } from "./multi-dimensional-parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  "data-parallelism": dataParallelism,
  cube,
  "eight-layers": eightLayers,
  "data-parallelism": dataParallelism,
  "choosing-a-layout": choosingALayout,
  "too-large-for-one": tooLargeForOne,
  "large-model": largeModel,
import { tensorParallelism, tensorParallelTransformer } from "./tensor-parallelism";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  "data-parallelism": dataParallelism,
  "tensor-parallelism": tensorParallelism,
  "tensor-parallel-transformer": tensorParallelTransformer,
};
