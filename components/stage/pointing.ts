/** From a point of the plot to what lies there: an operation, an idle stretch, or bytes. Pure. */
import { bytesAt, kindAtBytes } from "@/components/memory/layout";
import { placeAt } from "@/components/timeline/marks";
import type { Place } from "@/engine/trace";
import type { Drawing } from "./drawing";
import type { BytePlace } from "./state/stageStore";

export type Pointed = { place: Place } | { bytes: BytePlace } | null;

/** @param xPx from the left edge of the lanes @param yPx from the top of the first row */
export function pointedAt(drawing: Drawing, xPx: number, yPx: number): Pointed {
  const { figure, timeline, frame, windowMs } = drawing;
  const place = placeAt(figure.trace, timeline, { widthPx: frame.widthPx, windowMs }, xPx, yPx);
  if (place && frame.laneHeightPx > 0) return { place };
  const bytes = bytesUnder(drawing, xPx, yPx);
  return bytes && { bytes };
}

function bytesUnder({ figure, memory, frame, windowMs }: Drawing, xPx: number, yPx: number): BytePlace | null {
  if (xPx < 0 || xPx > frame.widthPx || frame.widthPx <= 0) return null;
  const row = memory.marks.rows.find(({ topPx, bottomPx }) => yPx >= topPx && yPx <= bottomPx);
  if (!row) return null;
  const { rank, topPx, bottomPx } = row;
  const atMs = windowMs[0] + ((windowMs[1] - windowMs[0]) * xPx) / frame.widthPx;
  const bytes = ((bottomPx - yPx) / (bottomPx - topPx)) * memory.maxBytes;
  const kind = kindAtBytes(bytesAt(figure.profiles[rank], atMs), bytes);
  return kind && { rank, kind, atMs };
}
