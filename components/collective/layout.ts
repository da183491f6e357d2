/**
 * Places a ring collective: a row a member, a column a chunk, at one step of the ring. How much of the sum a cell holds
 * follows from the plan of messages alone; the numbers, if they were recorded, are laid into the same cells. Pure.
 */
import { range } from "@/engine/base/range";
import type { RingMessage } from "@/engine/program";

export interface RingFrame {
  widthPx: number;
  /** Of the whole tensor. With fewer than members, the last chunks are empty: nobody holds or sends them. */
  elements: number;
}

export interface Cell {
  position: number;
  chunk: number;
  xPx: number;
  yPx: number;
  /** Which members' contributions are in it, by position; empty where nothing is held. */
  holds: readonly number[];
  /** Whether it has just been received. */
  isNew: boolean;
}

export interface Arrow {
  from: number;
  to: number;
  chunk: number;
  /** SVG path data. */
  path: string;
}

export interface RingMarks {
  cells: Cell[];
  /** The messages that led to this step; none before the first. */
  arrows: Arrow[];
  cellWidthPx: number;
  cellHeightPx: number;
  gutterPx: number;
  headPx: number;
  widthPx: number;
  heightPx: number;
}

const GUTTER_PX = 76;
const HEAD_PX = 22;
const GAP_PX = 10;
const MOST_CELL_PX = 190;
const CELL_HEIGHT_PX = 46;

/** @param step how many ring steps are done @param startsWhole whether each member begins with all chunks, or with its own */
export function layoutRing(
  messages: readonly RingMessage[],
  size: number,
  step: number,
  startsWhole: boolean,
  { widthPx, elements }: RingFrame,
): RingMarks {
  const cellWidthPx = Math.max(
    0,
    Math.min(MOST_CELL_PX, (widthPx - GUTTER_PX - (size - 1) * GAP_PX) / Math.max(1, size)),
  );
  const rowPx = CELL_HEIGHT_PX + GAP_PX + 6;
  const x = (chunk: number) => GUTTER_PX + chunk * (cellWidthPx + GAP_PX);
  const y = (position: number) => HEAD_PX + position * rowPx;
  const holds = contributions(messages, size, step, startsWhole);
  const latest = messages.filter((message) => message.step === step - 1 && message.chunk < elements);
  return {
    cells: range(size).flatMap((position) =>
      range(size).map(
        (chunk): Cell => ({
          position,
          chunk,
          xPx: x(chunk),
          yPx: y(position),
          holds: chunk < elements ? holds[position][chunk] : [],
          isNew: latest.some((message) => message.to === position && message.chunk === chunk),
        }),
      ),
    ),
    arrows: latest.map(({ from, to, chunk }) => ({ from, to, chunk, path: arrowPath(from, to, chunk) })),
    cellWidthPx,
    cellHeightPx: CELL_HEIGHT_PX,
    gutterPx: GUTTER_PX,
    headPx: HEAD_PX,
    // The ring closes in the gap beside the last column.
    widthPx: Math.max(widthPx, GUTTER_PX + size * (cellWidthPx + GAP_PX)),
    heightPx: HEAD_PX + size * rowPx,
  };

  /** Straight to a neighbour; the ring closes through the gap beside the column. */
  function arrowPath(from: number, to: number, chunk: number): string {
    const middlePx = x(chunk) + cellWidthPx / 2;
    if (to === from + 1) return `M${middlePx},${y(from) + CELL_HEIGHT_PX}V${y(to)}`;
    if (to === from - 1) return `M${middlePx},${y(from)}V${y(to) + CELL_HEIGHT_PX}`;
    const edgePx = x(chunk) + cellWidthPx;
    const beside = edgePx + GAP_PX * 0.7;
    return `M${edgePx},${y(from) + CELL_HEIGHT_PX / 2}H${beside}V${y(to) + CELL_HEIGHT_PX / 2}H${edgePx}`;
  }
}

/** By position, then chunk: whose contributions are in it after some steps. */
export function contributions(
  messages: readonly RingMessage[],
  size: number,
  step: number,
  startsWhole: boolean,
): number[][][] {
  const holds = range(size).map((position) =>
    range(size).map((chunk) => (startsWhole ? [position] : position === chunk ? [chunk] : [])),
  );
  for (const { step: at, from, to, chunk, reduces } of messages) {
    if (at >= step) break;
    const sent = holds[from][chunk];
    holds[to][chunk] = reduces ? [...new Set([...holds[to][chunk], ...sent])].sort((a, b) => a - b) : [...sent];
  }
  return holds;
}
