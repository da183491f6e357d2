/**
 * Places the parameters of a model: a column a pipeline stage, in it the layers from top to bottom, and every
 * parameter as a rectangle to one scale, cut into the tiles that its owners hold. Pure.
 */
import { range } from "@/engine/base/range";
import type { OwnedParameter, Piece } from "./ownership";

export interface ShardsFrame {
  widthPx: number;
}

export interface Box {
  xPx: number;
  yPx: number;
  widthPx: number;
  heightPx: number;
}

export interface Tile extends Box {
  /** The tensor-parallel coordinate of its owners. */
  part: number;
}

export interface ParameterMark extends Box {
  name: string;
  tiles: Tile[];
}

export interface UnitName {
  name: string;
  xPx: number;
  yPx: number;
}

export interface ShardsMarks {
  parameters: ParameterMark[];
  units: UnitName[];
  stages: { stage: number; xPx: number; yPx: number }[];
  /** One element. */
  scalePx: number;
  heightPx: number;
}

const COLUMN_GAP_PX = 18;
const GAP_PX = 8;
const NAME_PX = 18;
const STAGE_PX = 20;
/** The largest matrix is drawn no larger: so five layers of an MLP stand in a row. */
const MOST_PX = 134;
/** A layer's parameters go to the next row beyond this many widths of its widest, and no name has less room. */
const UNIT_WIDTHS = 1.7;
const LEAST_UNIT_PX = 64;
/** Vectors and thin matrices stay visible and can be hit. */
const LEAST_PX = 5;
const LEAST_COLUMN_PX = 90;

export function layoutShards(owned: readonly OwnedParameter[], { widthPx }: ShardsFrame): ShardsMarks {
  const stages = [...new Set(owned.map(({ stage }) => stage))];
  const perRow = Math.max(
    1,
    Math.min(stages.length, Math.floor((widthPx + COLUMN_GAP_PX) / (LEAST_COLUMN_PX + COLUMN_GAP_PX))),
  );
  const columnPx = Math.max(0, (widthPx - (perRow - 1) * COLUMN_GAP_PX) / perRow);
  const largest = Math.max(1, ...owned.flatMap(({ parameter }) => sidesOf(parameter.fullShape)));
  const scalePx = Math.min(MOST_PX, columnPx) / largest;
  const marks: ShardsMarks = { parameters: [], units: [], stages: [], scalePx, heightPx: 0 };
  for (let first = 0; first < stages.length; first += perRow) {
    const topPx = marks.heightPx;
    stages.slice(first, first + perRow).forEach((stage, column) => {
      const xPx = column * (columnPx + COLUMN_GAP_PX);
      marks.stages.push({ stage, xPx, yPx: topPx + 12 });
      const inStage = owned.filter((one) => one.stage === stage);
      const endPx = placeStage(
        inStage,
        { xPx, yPx: topPx + (stages.length > 1 ? STAGE_PX : 0), columnPx, scalePx },
        marks,
      );
      marks.heightPx = Math.max(marks.heightPx, endPx);
    });
  }
  return marks;
}

interface Column {
  xPx: number;
  yPx: number;
  columnPx: number;
  scalePx: number;
}

/** The layers of a stage side by side as far as they fit, and so the parameters of each. */
function placeStage(
  owned: readonly OwnedParameter[],
  { xPx, yPx, columnPx, scalePx }: Column,
  marks: ShardsMarks,
): number {
  let topPx = yPx;
  let leftPx = 0;
  let rowPx = 0;
  for (const unit of new Set(owned.map((one) => one.unit))) {
    const own = owned.filter((one) => one.unit === unit);
    const block = layoutUnit(own, columnPx, scalePx);
    const blockPx = Math.max(LEAST_UNIT_PX, block.widthPx);
    if (leftPx > 0 && leftPx + blockPx > columnPx) {
      topPx += rowPx + GAP_PX;
      leftPx = 0;
      rowPx = 0;
    }
    marks.units.push({ name: unit, xPx: xPx + leftPx, yPx: topPx + 11 });
    own.forEach(({ parameter, pieces }, i) => {
      const box = block.boxes[i];
      const placed = { ...box, xPx: xPx + leftPx + box.xPx, yPx: topPx + NAME_PX + box.yPx };
      const dim = parameter.shard?.dim ?? 0;
      // A vector lies down, so its only dimension runs across.
      const across = parameter.fullShape.length < 2 ? 1 : dim;
      const tiles = tilesOf(pieces, across, parameter.fullShape[dim] ?? 1, placed);
      marks.parameters.push({ name: parameter.name, ...placed, tiles });
    });
    leftPx += blockPx + COLUMN_GAP_PX;
    rowPx = Math.max(rowPx, NAME_PX + block.heightPx);
  }
  return topPx + rowPx + GAP_PX;
}

/** The parameters of one layer from its own corner, in rows. */
function layoutUnit(owned: readonly OwnedParameter[], columnPx: number, scalePx: number) {
  const sizes = owned.map(({ parameter }) => {
    const [rows, columns] = sidesOf(parameter.fullShape);
    return { widthPx: Math.max(LEAST_PX, columns * scalePx), heightPx: Math.max(LEAST_PX, rows * scalePx) };
  });
  const widestPx = Math.max(0, ...sizes.map(({ widthPx }) => widthPx));
  const mostPx = Math.min(columnPx, Math.max(LEAST_UNIT_PX, widestPx * UNIT_WIDTHS));
  let [leftPx, topPx, rowPx, endPx] = [0, 0, 0, 0];
  const boxes = sizes.map(({ widthPx, heightPx }): Box => {
    if (leftPx > 0 && leftPx + widthPx > mostPx) {
      topPx += rowPx + GAP_PX;
      leftPx = 0;
      rowPx = 0;
    }
    const box = { xPx: leftPx, yPx: topPx, widthPx, heightPx };
    leftPx += widthPx + GAP_PX;
    endPx = Math.max(endPx, box.xPx + widthPx);
    rowPx = Math.max(rowPx, heightPx);
    return box;
  });
  return { boxes, widthPx: endPx, heightPx: topPx + rowPx };
}

/** Cuts a box as the parameter is cut: tiles cover it without gap or overlap. @param dim 0 cuts rows, 1 columns */
export function tilesOf(
  pieces: readonly Piece[],
  dim: number,
  size: number,
  { xPx, yPx, widthPx, heightPx }: Box,
): Tile[] {
  return pieces.flatMap(({ part, ranges }) =>
    ranges
      .filter(({ from, to }) => to > from)
      .map(({ from, to }): Tile => {
        const [start, share] = [from / size, (to - from) / size];
        return dim === 0
          ? { part, xPx, widthPx, yPx: yPx + start * heightPx, heightPx: share * heightPx }
          : { part, yPx, heightPx, xPx: xPx + start * widthPx, widthPx: share * widthPx };
      }),
  );
}

/** Rows and columns; a vector is one row. */
export function sidesOf(shape: readonly number[]): [rows: number, columns: number] {
  return shape.length < 2 ? [1, shape[0] ?? 1] : [shape[0] as number, shape[1] as number];
}

/** A heat map's cells: means over equal blocks of a matrix, so that no more of them are drawn than can be seen. */
export interface HeatMap {
  rows: number;
  columns: number;
  /** Row-major. */
  means: number[];
  /** The largest of their absolute values. */
  most: number;
  /** Elements a cell stands for, at most. */
  perCell: number;
}

export function heatMap(values: Float32Array, shape: readonly number[], mostSide = 48): HeatMap {
  const [fullRows, fullColumns] = sidesOf(shape);
  const rows = Math.min(fullRows, mostSide);
  const columns = Math.min(fullColumns, mostSide);
  const border = (i: number, count: number, full: number) => Math.floor((i * full) / count);
  const means = range(rows * columns).map((cell) => {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    let total = 0;
    let count = 0;
    for (let y = border(row, rows, fullRows); y < border(row + 1, rows, fullRows); y++) {
      for (let x = border(column, columns, fullColumns); x < border(column + 1, columns, fullColumns); x++) {
        total += values[y * fullColumns + x] as number;
        count += 1;
      }
    }
    return total / count;
  });
  return {
    rows,
    columns,
    means,
    most: means.reduce((most, mean) => Math.max(most, Math.abs(mean)), 0),
    perCell: Math.ceil(fullRows / rows) * Math.ceil(fullColumns / columns),
  };
}
