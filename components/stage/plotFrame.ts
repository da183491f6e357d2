/**
 * Divides the plot between the devices: a row each, with its compute lane, its comm lane and its memory. Few devices
 * get generous rows; many get thin ones, so that the whole still fits one screen.
 */

export interface PlotShape {
  /** Of the whole drawing. */
  widthPx: number;
  numRanks: number;
  showTimeline: boolean;
  showComm: boolean;
  showMemory: boolean;
}

export interface PlotFrame {
  /** Left of the lanes, for the names of the devices. */
  gutterPx: number;
  /** Above the lanes, for the time axis. */
  axisPx: number;
  /** Of the lanes. */
  widthPx: number;
  /** Right of the lanes, so that the last tick's number is not cut. */
  marginPx: number;
  rowHeightPx: number;
  laneHeightPx: number;
  commHeightPx: number;
  laneGapPx: number;
  /** From the top of a row to its memory. */
  memoryTopPx: number;
  memoryHeightPx: number;
  /** Of the whole drawing. */
  heightPx: number;
  isNarrow: boolean;
}

const NARROW_PX = 520;
const AXIS_PX = 26;
const MARGIN_PX = 8;

export function planPlot({ widthPx, numRanks, showTimeline, showComm, showMemory }: PlotShape): PlotFrame {
  const isNarrow = widthPx < NARROW_PX;
  const gutterPx = isNarrow ? 54 : 78;
  const rowHeightPx = rowHeight({ numRanks, isNarrow, showBoth: showTimeline && showMemory });
  const gapPx = Math.round(rowHeightPx * 0.17);
  const innerPx = rowHeightPx - gapPx;
  const laneGapPx = 2;
  const timelineShare = showMemory ? 0.57 : 1;
  const timelinePx = showTimeline ? Math.round(innerPx * timelineShare) : 0;
  const commHeightPx = showTimeline && showComm ? Math.round((timelinePx - laneGapPx) * 0.34) : 0;
  const laneHeightPx = commHeightPx > 0 ? timelinePx - commHeightPx - laneGapPx : timelinePx;
  const memoryTopPx = showTimeline ? timelinePx + 3 : 0;
  return {
    gutterPx,
    axisPx: AXIS_PX,
    widthPx: Math.max(0, widthPx - gutterPx - MARGIN_PX),
    marginPx: MARGIN_PX,
    rowHeightPx,
    laneHeightPx,
    commHeightPx,
    laneGapPx,
    memoryTopPx,
    memoryHeightPx: showMemory ? innerPx - memoryTopPx : 0,
    heightPx: AXIS_PX + numRanks * rowHeightPx - gapPx + 2,
    isNarrow,
  };
}

/** What the drawings that lie over each other share. */
export function viewBoxOf({ gutterPx, widthPx, marginPx, heightPx }: PlotFrame): string {
  return `0 0 ${gutterPx + widthPx + marginPx} ${heightPx}`;
}

function rowHeight({
  numRanks,
  isNarrow,
  showBoth,
}: {
  numRanks: number;
  isNarrow: boolean;
  showBoth: boolean;
}): number {
  const budgetPx = isNarrow ? 220 : 400;
  const [leastPx, mostPx] = isNarrow ? [40, 64] : [44, numRanks > 2 ? 88 : 120];
  const rowPx = Math.max(leastPx, Math.min(mostPx, budgetPx / Math.max(1, numRanks)));
  return Math.round(showBoth ? rowPx : rowPx * 0.6);
}

/**
 * The window of time in view. Zoomed in it moves in half pages, so that the cursor is always in its middle half (or
 * near an end of the step), and what is drawn changes only from page to page.
 */
export function windowAt(stepMs: number, zoom: number, cursorMs: number): readonly [number, number] {
  if (zoom <= 1 || stepMs <= 0) return [0, stepMs];
  const lengthMs = stepMs / zoom;
  const page = Math.floor(cursorMs / (lengthMs / 2));
  const fromMs = Math.max(0, Math.min((page / 2) * lengthMs - lengthMs / 4, stepMs - lengthMs));
  return [fromMs, fromMs + lengthMs];
}
