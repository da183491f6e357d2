/**
 * Places the critical path: a line under each of its operations, where it crosses none of their numbers, and straight over
 * from lane to lane. Pure.
 */
import { type Span, stretchesWithin } from "@/engine/trace";
import { type Lane, type TimelineFrame, timeScale } from "./layout";

/** @returns SVG path data; empty when nothing of the path is in the window */
export function criticalPathMarks(
  path: readonly Span[],
  lanes: readonly Lane[],
  frame: Pick<TimelineFrame, "widthPx" | "windowMs">,
): string {
  const x = timeScale(frame);
  const foot = new Map(lanes.map(({ rank, stream, yPx, heightPx }) => [`${rank} ${stream}`, yPx + heightPx]));
  let data = "";
  let lastY = Number.NaN;
  for (const { rank, instruction, startMs, endMs } of stretchesWithin(path, frame.windowMs)) {
    const y = foot.get(`${rank} ${instruction.stream}`);
    if (y === undefined) continue;
    const at = `${round(x(startMs))},${y}`;
    if (data === "") data = `M${at}`;
    else if (y !== lastY) data += `L${at}`;
    data += `H${round(x(endMs))}`;
    lastY = y;
  }
  return data;
}

const round = (px: number) => Math.round(px * 10) / 10;
