/** How much of the time that has passed the cursor may use up. */
import { type Figure, momentAt } from "../stage/state/figure";

export interface ClockState {
  figure: Figure;
  cursorMs: number;
  /** Share of the step a second. */
  speed: number;
}

/**
 * For readers who want no motion: the wall time after which the cursor stands exactly on the last moment within
 * reach; 0 while it has to wait for the next one.
 */
export function elapsedToMoment({ figure, cursorMs, speed }: ClockState, pendingMs: number): number {
  const msPerWallMs = (speed * figure.trace.stepMs) / 1000;
  const reachMs = cursorMs + pendingMs * msPerWallMs;
  const momentMs = figure.moments[momentAt(figure, reachMs)] as number;
  return msPerWallMs > 0 && momentMs > cursorMs ? Math.min(pendingMs, (momentMs - cursorMs) / msPerWallMs) : 0;
}
