"use client";
/** React's door to the stage's store: one store a provider. */
import { createContext, use } from "react";
import { useStore } from "zustand";
import type { StageState, StageStore } from "./stageStore";

export const StageContext = createContext<StageStore | null>(null);

export function useStageStore(): StageStore {
  const store = use(StageContext);
  if (!store) throw new Error("no stage around this component");
  return store;
}

/** Subscribes to a part of the stage's state. */
export function useStage<T>(select: (state: StageState) => T): T {
  return useStore(useStageStore(), select);
}
