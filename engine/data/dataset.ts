/**
 * Data sets as streams of batches, drawn from the scenario's seed. Step t's batch is the same on every mesh; a
 * device loads the samples that are its own.
 */
import { namedStream } from "../base/random";
import { range } from "../base/range";
import type { Scenario } from "../scenario/schema";
import { additionSamples } from "./addition";
import type { Sample } from "./sample";
import { spiralSamples } from "./spiral";

export type { Sample } from "./sample";

export interface Dataset {
  /** Targets of one sample that count in the loss; the same for every sample. */
  targetsPerSample: number;
  /** The next step's global batch. */
  nextBatch(): Sample[];
}

export function openDataset(scenario: Scenario): Dataset {
  const { model, data, batch, seed } = scenario;
  const next = namedStream("data", seed);
  const draw = sampler(scenario, next);
  const targetsPerSample = data.kind === "addition" ? data.digits + 1 : model.kind === "gpt" ? model.seq : 1;
  return { targetsPerSample, nextBatch: () => range(batch.global).map(draw) };
}

function sampler({ model, data }: Scenario, next: () => number): () => Sample {
  if (data.kind === "spiral") return spiralSamples(data.arms, next);
  if (data.kind === "addition") return additionSamples(data.digits, next);
  if (model.kind === "gpt") {
    return () => {
      const tokens = range(model.seq + 1).map(() => Math.floor(next() * model.vocab));
      return { inputs: tokens.slice(0, -1), targets: tokens.slice(1) };
    };
  }
  return () => ({
    inputs: range(model.inputs).map(() => 2 * next() - 1),
    targets: [Math.floor(next() * model.classes)],
  });
}
