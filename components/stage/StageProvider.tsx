"use client";
/** Gives everything inside it one stage: a store of its own, and an engine that starts when training first begins. */
import { type ReactNode, useEffect, useState } from "react";
import type { Watch } from "@/engine/execute/observe";
import type { ScenarioInput } from "@/engine/scenario";
import { startEngine } from "./state/engineClient";
import { createStageStore, type StageStart } from "./state/stageStore";
import { StageContext } from "./state/useStage";

export interface StageProviderProps {
  /** What the stage starts with; later changes go through the store's `setDraft`. */
  scenario: ScenarioInput;
  /** Tensors to look at while training. */
  watch?: Watch[];
  /** Where it stands at first. */
  start?: StageStart;
  children: ReactNode;
}

export function StageProvider({ scenario, watch, start, children }: StageProviderProps) {
  const [store] = useState(() => createStageStore({ scenario, startEngine, watch, start }));
  useEffect(() => () => store.getState().dispose(), [store]);
  return <StageContext value={store}>{children}</StageContext>;
}
