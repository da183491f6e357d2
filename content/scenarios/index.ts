/** Scenarios that a lesson can name. */
import type { ScenarioInput } from "@/engine/scenario";
import { choosingALayout, largeModel, tooLargeForOne } from "./choosing-a-layout";
import { collectives } from "./collectives";
import { dataParallelism } from "./data-parallelism";
import { devices } from "./devices";
import { interLayerParallelism, layersInTurn } from "./inter-layer-parallelism";
import { cube, eightLayers } from "./multi-dimensional-parallelism";
import { parallelism } from "./parallelism";
import { pipelineParallelism, pipelineShape, zeroBubblePaper } from "./pipeline-parallelism";
import { tensorParallelism, tensorParallelTransformer } from "./tensor-parallelism";
import { zero } from "./zero";

export const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  devices,
  parallelism,
  collectives,
  "data-parallelism": dataParallelism,
  "inter-layer-parallelism": interLayerParallelism,
  "layers-in-turn": layersInTurn,
  "pipeline-parallelism": pipelineParallelism,
  "pipeline-shape": pipelineShape,
  "zero-bubble-paper": zeroBubblePaper,
  "tensor-parallelism": tensorParallelism,
  "tensor-parallel-transformer": tensorParallelTransformer,
  zero,
  cube,
  "eight-layers": eightLayers,
  "choosing-a-layout": choosingALayout,
  "too-large-for-one": tooLargeForOne,
  "large-model": largeModel,
};
