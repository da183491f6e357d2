/**
 * Bars too narrow to be told apart, drawn as one: as in memory, what is drawn then is what takes the most time there.
 * Without it a drawing of a long trace would hold more bars than the screen has px.
 */
import type { BarSpan } from "./spans";

/** Narrower bars are drawn together. */
export const NARROWEST_PX = 3;

export interface Crowd {
  /** From the start of the first to the end of the last; its kind and micro-batch are the longest one's. */
  span: BarSpan;
  count: number;
}

/** @param spans of one lane, in order */
export function crowd(spans: readonly BarSpan[], x: (ms: number) => number): Crowd[] {
  const crowds: Crowd[] = [];
  let current: Crowd | null = null;
  let longestMs = 0;
  for (const span of spans) {
    const toPx = x(span.endMs);
    const isNarrow = toPx - x(span.startMs) < NARROWEST_PX;
    if (current && isNarrow && toPx - x(current.span.startMs) < 2 * NARROWEST_PX) {
      const longer = span.endMs - span.startMs > longestMs;
      if (longer) longestMs = span.endMs - span.startMs;
      const { kind, microbatch } = longer ? span : current.span;
      current.span = { ...current.span, kind, microbatch, last: span.last, endMs: span.endMs };
      current.count += 1;
    } else {
      current = { span, count: 1 };
      longestMs = isNarrow ? span.endMs - span.startMs : Number.POSITIVE_INFINITY;
      crowds.push(current);
      if (!isNarrow) current = null;
    }
  }
  return crowds;
}
