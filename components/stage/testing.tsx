/** A stage for tests, on its own store. Nothing is there that could train. */
import { render } from "@testing-library/react";
import { vi } from "vitest";
import type { ScenarioInput } from "@/engine/scenario";
import { Stage, type StageProps } from "./Stage";
import { createStageStore } from "./state/stageStore";
import { StageContext } from "./state/useStage";

/** Two replicas that send two buckets each. */
export const scenario: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 2 },
  gradientSync: { bucketBytes: 512 },
  costs: { kind: "hardware", preset: "classroom" },
};

export function stageOf(patch: Partial<ScenarioInput> = {}, views?: StageProps["views"]) {
  const startEngine = vi.fn(() => {
    throw new Error("no engine is needed to draw");
  });
  const store = createStageStore({ scenario: { ...scenario, ...patch }, startEngine });
  const element = (
    <StageContext value={store}>
      <Stage views={views} />
    </StageContext>
  );
  return { store, element, startEngine };
}

export function stageRendered(patch: Partial<ScenarioInput> = {}) {
  const { element, store } = stageOf(patch);
  return { store, ...render(element) };
}
