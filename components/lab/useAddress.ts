"use client";
/** The address says what is on the lab's stage, and what an address says comes onto the stage. */
import { useEffect, useRef } from "react";
import { LAB_PRESETS } from "@/content/scenarios/lab";
import { Refusal } from "@/engine/base/assert";
import type { ScenarioInput } from "@/engine/scenario";
import type { StageState } from "../stage/state/stageStore";
import { useStageStore } from "../stage/state/useStage";
import { hashOf, scenarioOfHash } from "./address";

/** Browsers refuse an address that changes at every key. */
const REST_MS = 300;

/** What a link or a file holds: while the draft is refused, what the stage still shows. */
export function shownScenario({ draft, refusal, figure }: StageState): ScenarioInput {
  return refusal ? figure.scenario : draft;
}

/** @param onRefusal told why the address's scenario is refused; null once it is not */
export function useAddress(onRefusal: (sentence: string | null) => void): void {
  const store = useStageStore();
  const tell = useRef(onRefusal);
  useEffect(() => {
    tell.current = onRefusal;
  });
  useEffect(() => {
    const read = () => {
      try {
        const scenario = scenarioOfHash(window.location.hash);
        tell.current(null);
        if (scenario) store.getState().setDraft(scenario);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        tell.current(error.message);
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = () => {
      // It replaces the entry in the history: going back leaves the lab, and does not undo it key by key.
      window.history.replaceState(null, "", addressOf(store.getState()));
    };
    read();
    const unsubscribe = store.subscribe((state, before) => {
      if (state.draft === before.draft) return;
      tell.current(null);
      clearTimeout(timer);
      timer = setTimeout(write, REST_MS);
    });
    window.addEventListener("hashchange", read);
    return () => {
      clearTimeout(timer);
      unsubscribe();
      window.removeEventListener("hashchange", read);
    };
  }, [store]);
}

/** Where the lab starts by itself, the address needs no end. */
export function addressOf(state: StageState): string {
  const { origin, pathname, search } = window.location;
  const scenario = shownScenario(state);
  return `${origin}${pathname}${search}${scenario === LAB_PRESETS[0].scenario ? "" : hashOf(scenario)}`;
}
