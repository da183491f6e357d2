/** The stretch of time in view: zooming, panning, and following the cursor, as plain arithmetic. */

/** From and to, in ms; never outside the step. */
export type Window = readonly [number, number];

/** No window is shorter than this share of the step. */
const SHORTEST_SHARE = 1e-6;

/** Where the cursor enters a window that has followed it: this share of the way in. */
const ENTRY_SHARE = 1 / 8;

export function wholeStep(stepMs: number): Window {
  return [0, stepMs];
}

/** The window so many times shorter, with a time kept in its place where the ends of the step allow it. */
export function zoomedWindow([from, to]: Window, factor: number, aboutMs: number, stepMs: number): Window {
  const shortestMs = stepMs * SHORTEST_SHARE;
  const lengthMs = Math.max(shortestMs, Math.min(stepMs, (to - from) / factor));
  const share = to > from ? (aboutMs - from) / (to - from) : 0;
  return inStep(aboutMs - share * lengthMs, lengthMs, stepMs);
}

/** The window later by some ms, and inside the step. */
export function movedWindow([from, to]: Window, byMs: number, stepMs: number): Window {
  return inStep(from + byMs, Math.min(stepMs, to - from), stepMs);
}

/** The window itself if it shows a time; else one of the same length, in which that time has just come into view. */
export function windowWith(window: Window, timeMs: number, stepMs: number): Window {
  const [from, to] = window;
  if (timeMs >= from && timeMs <= to) return window;
  const lengthMs = to - from;
  const share = timeMs > to ? ENTRY_SHARE : 1 - ENTRY_SHARE;
  return inStep(timeMs - share * lengthMs, lengthMs, stepMs);
}

/** A window that shows a span with room on both sides. */
export function windowAround(startMs: number, endMs: number, stepMs: number): Window {
  const lengthMs = Math.max(stepMs * SHORTEST_SHARE, Math.min(stepMs, (endMs - startMs) * 1.5));
  return inStep((startMs + endMs - lengthMs) / 2, lengthMs, stepMs);
}

function inStep(fromMs: number, lengthMs: number, stepMs: number): Window {
  const from = Math.max(0, Math.min(fromMs, stepMs - lengthMs));
  // The whole step ends where the step ends, whatever rounding says.
  return [from, lengthMs >= stepMs ? stepMs : from + lengthMs];
}
