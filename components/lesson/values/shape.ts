/** The sizes of a scenario: its model, its mesh, its micro-batches. */
import { microbatchesPerRank, type Scenario } from "@/engine/scenario";
import { define } from "./value";

export const SHAPE_VALUES = define({
  layers: { means: "layers of the model", unit: "count", read: ({ figure }) => figure.scenario.model.layers },
  hidden: { means: "width of the model's layers", unit: "count", read: ({ figure }) => figure.scenario.model.hidden },
  heads: { means: "attention heads of the model", unit: "count", read: ({ figure }) => gpt(figure.scenario).heads },
  sequence: { means: "tokens of a sample", unit: "count", read: ({ figure }) => gpt(figure.scenario).seq },
  vocabulary: { means: "tokens of the vocabulary", unit: "count", read: ({ figure }) => gpt(figure.scenario).vocab },
  dataParallel: { means: "data-parallel ranks, dp", unit: "count", read: ({ figure }) => figure.scenario.mesh.dp },
  pipelineParallel: { means: "pipeline ranks, pp", unit: "count", read: ({ figure }) => figure.scenario.mesh.pp },
  tensorParallel: { means: "tensor-parallel ranks, tp", unit: "count", read: ({ figure }) => figure.scenario.mesh.tp },
  microbatches: {
    means: "micro-batches of one training step on one data-parallel rank",
    unit: "count",
    read: ({ figure }) => microbatchesPerRank(figure.scenario),
  },
  microbatchSamples: {
    means: "samples of a micro-batch",
    unit: "count",
    read: ({ figure }) => figure.scenario.batch.micro,
  },
  trainingSteps: { means: "training steps of a run", unit: "count", read: ({ figure }) => figure.scenario.steps },
});

function gpt({ model }: Scenario) {
  if (model.kind !== "gpt") throw new Error("only a transformer has heads, tokens and a vocabulary");
  return model;
}
