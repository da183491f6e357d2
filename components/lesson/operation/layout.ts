/**
 * Places an operation between devices at one round: a row a device, a column a chunk, an arrow a message. It is laid
 * out once, as wide as a phone's text, and scaled. Pure.
 */
import { range } from "@/engine/base/range";
import { isHeld } from "@/engine/collectives/operations";
import type { Pass } from "./example";

export const WIDTH_PX = 360;
const GUTTER_PX = 82;
const HEAD_PX = 22;
const GAP_PX = 10;
/** Beside the last column, for the arrow that closes the ring. */
const EDGE_PX = 9;
const ROW_GAP_PX = 18;
const CELL_HEIGHT_PX = 40;
/** How far a curved arrow leaves the straight line, as a share of its length. */
const BOW = 0.16;

/** `left` is what lies about when the work is done, and is no part of the result. */
export type CellState = "empty" | "held" | "fresh" | "left";

export interface OperationCell {
  position: number;
  chunk: number;
  xPx: number;
  yPx: number;
  value: number | null;
  sources: readonly number[];
  state: CellState;
}

export interface OperationArrow {
  from: number;
  to: number;
  chunk: number;
  /** SVG path data, from the edge of the sender's cell to the edge of the receiver's. */
  path: string;
}

export interface OperationMarks {
  cells: OperationCell[];
  /** The messages of the round that led here; none before the first. */
  arrows: OperationArrow[];
  rows: { position: number; yPx: number }[];
  columns: { chunk: number; xPx: number }[];
  cellWidthPx: number;
  cellHeightPx: number;
  heightPx: number;
}

/** @param round how many rounds are done */
export function layoutOperation(pass: Pass, round: number): OperationMarks {
  const values = pass.values[round];
  const size = values.length;
  const cellWidthPx = (WIDTH_PX - GUTTER_PX - EDGE_PX - (size - 1) * GAP_PX) / size;
  const rowPx = CELL_HEIGHT_PX + ROW_GAP_PX;
  const x = (chunk: number) => GUTTER_PX + chunk * (cellWidthPx + GAP_PX);
  const y = (position: number) => HEAD_PX + position * rowPx;
  const latest = pass.transfers.filter((transfer) => transfer.round === round - 1);
  const isDone = round === pass.numRounds;

  const stateOf = (position: number, chunk: number): CellState => {
    if (values[position][chunk] === null) return "empty";
    if (isDone && !isHeld(pass.after, position, chunk)) return "left";
    return latest.some(({ to, into }) => to === position && into === chunk) ? "fresh" : "held";
  };
  const boxOf = (position: number, chunk: number): Box => ({
    xPx: x(chunk),
    yPx: y(position),
    widthPx: cellWidthPx,
    heightPx: CELL_HEIGHT_PX,
  });
  return {
    cells: range(size).flatMap((position) =>
      range(size).map(
        (chunk): OperationCell => ({
          position,
          chunk,
          xPx: x(chunk),
          yPx: y(position),
          value: values[position][chunk],
          sources: pass.sources[round][position][chunk] ?? [],
          state: stateOf(position, chunk),
        }),
      ),
    ),
    arrows: latest.map(({ from, to, chunk, into }) => ({
      from,
      to,
      chunk,
      path: arrowPath(boxOf(from, chunk), boxOf(to, into)),
    })),
    rows: range(size).map((position) => ({ position, yPx: y(position) + CELL_HEIGHT_PX / 2 })),
    columns: range(size).map((chunk) => ({ chunk, xPx: x(chunk) + cellWidthPx / 2 })),
    cellWidthPx,
    cellHeightPx: CELL_HEIGHT_PX,
    heightPx: HEAD_PX + size * rowPx - ROW_GAP_PX + 2,
  };
}

interface Box {
  xPx: number;
  yPx: number;
  widthPx: number;
  heightPx: number;
}

/** Straight to a neighbour; beside the column to a device further away; in a bow where the column changes. */
function arrowPath(from: Box, to: Box): string {
  if (from.xPx !== to.xPx) return bowPath(from, to);
  const middlePx = from.xPx + from.widthPx / 2;
  const distancePx = to.yPx - from.yPx;
  if (Math.abs(distancePx) <= CELL_HEIGHT_PX + ROW_GAP_PX) {
    return distancePx > 0
      ? `M${middlePx},${from.yPx + from.heightPx}V${to.yPx}`
      : `M${middlePx},${from.yPx}V${to.yPx + to.heightPx}`;
  }
  const edgePx = from.xPx + from.widthPx;
  const besidePx = edgePx + GAP_PX * 0.7;
  return `M${edgePx},${from.yPx + from.heightPx / 2}H${besidePx}V${to.yPx + to.heightPx / 2}H${edgePx}`;
}

/** There and back bow to different sides, so that both can be seen. */
function bowPath(from: Box, to: Box): string {
  const [start, end] = [centre(from), centre(to)];
  const bend: Point = [
    (start[0] + end[0]) / 2 - BOW * (end[1] - start[1]),
    (start[1] + end[1]) / 2 + BOW * (end[0] - start[0]),
  ];
  const [a, b] = [edge(from, bend), edge(to, bend)];
  return `M${a.map(round2)}Q${bend.map(round2)} ${b.map(round2)}`;
}

type Point = [number, number];

const centre = ({ xPx, yPx, widthPx, heightPx }: Box): Point => [xPx + widthPx / 2, yPx + heightPx / 2];

/** Where the line from a box's centre to a point leaves the box. */
function edge(box: Box, [xPx, yPx]: Point): Point {
  const [centreX, centreY] = centre(box);
  const [dx, dy] = [xPx - centreX, yPx - centreY];
  const share = Math.min(box.widthPx / 2 / Math.abs(dx), box.heightPx / 2 / Math.abs(dy));
  return [centreX + dx * share, centreY + dy * share];
}

const round2 = (px: number): number => Math.round(px * 100) / 100;
