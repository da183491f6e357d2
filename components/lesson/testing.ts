/** Small figures and reports for the tests of lessons, with numbers that can be checked by hand. */
import type { Observation } from "@/engine/execute";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { buildFigure, type Figure } from "../stage/state/figure";
import { type Patch, patchScenario } from "./scenarioPatch";

/** 2 x 4 + 4 + 4 x 3 + 3 = 27 parameters, 108 bytes, in two buckets; forward takes 1, backward 2, the rest nothing. */
export const SMALL: ScenarioInput = {
  steps: 2,
  model: { kind: "mlp", inputs: 2, hidden: 4, layers: 2, classes: 3 },
  data: { kind: "spiral" },
  batch: { global: 6 },
  mesh: { dp: 3 },
  gradientSync: { bucketBytes: 60 },
};

export function smallFigure(patch: Patch = {}): Figure {
  return buildFigure(parseScenario(patchScenario(SMALL, patch)));
}

export function stepReport(report: Partial<StepReport> = {}): StepReport {
  return {
    runId: 1,
    step: 1,
    loss: 1.1,
    referenceLoss: 1.1,
    gradNorm: 1,
    lossDifference: 0,
    parameterDifference: null,
    memoryAgrees: true,
    disagreement: null,
    prediction: null,
    observations: [],
    collective: null,
    ...report,
  };
}

export function seen(op: Observation["op"], on: string, rank: number, l2: number, first: number[] = []): Observation {
  return { op, on, rank, l2, first, phase: "end", buffer: `grad:${on}` };
}
