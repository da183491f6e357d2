/** The messages that the mesh shows at a time. Pure. */
import { type Message, messagesAt } from "@/engine/trace";
import { type Figure, momentAt } from "../stage/state/figure";

/**
 * All under way; and those that take no time and passed at the last moment, until the next one comes: a cursor that
 * plays never stands on a moment itself.
 */
export function shownMessages(figure: Pick<Figure, "trace" | "moments">, cursorMs: number): Message[] {
  const { trace, moments } = figure;
  const underWay = messagesAt(trace, cursorMs);
  const lastMs = moments[momentAt(figure, cursorMs)];
  if (lastMs === cursorMs) return underWay;
  return [...messagesAt(trace, lastMs).filter(({ startMs, endMs }) => startMs === endMs), ...underWay];
}
