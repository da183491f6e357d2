"use client";
/** The one clock of the site: while a stage plays, each frame of the screen moves its cursor by the time that passed. */
import { useEffect } from "react";
import { useStage, useStageStore } from "../stage/state/useStage";
import { elapsedToMoment } from "./clock";

export function useClock(): void {
  const store = useStageStore();
  const playing = useStage((state) => state.playing);
  useEffect(() => {
    if (!playing) return;
    const jumps = matchMedia("(prefers-reduced-motion: reduce)");
    let lastMs: number | null = null;
    let pendingMs = 0;
    let request = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(request);

    function tick(nowMs: number) {
      pendingMs += lastMs === null ? 0 : nowMs - lastMs;
      lastMs = nowMs;
      const state = store.getState();
      const elapsedMs = jumps.matches ? elapsedToMoment(state, pendingMs) : pendingMs;
      if (elapsedMs > 0) state.advance(elapsedMs);
      pendingMs -= elapsedMs;
      request = requestAnimationFrame(tick);
    }
  }, [store, playing]);
}
