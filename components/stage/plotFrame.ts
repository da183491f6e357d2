/**
 * Divides the plot between the devices: a row each, with its compute lane, its comm lane and its memory. Few devices
 * get generous rows. Many get thin ones, and then the memory of the chosen device alone stands below them all, so that
 * the whole still fits one screen.
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
  /** Whether only the chosen device's memory is shown, in a row of its own below the others. */
  sharesMemory: boolean;
  /** From the top of a row to its memory; from the top of all where it has a row of its own. */
  memoryTopPx: number;
  memoryHeightPx: number;
  /** One row in so many has its name. */
  nameEvery: number;
  /** Of the whole drawing. */
  heightPx: number;
  isNarrow: boolean;
}

/** Narrower drawings are laid out for a phone; `Plot.module.css` has the same border. */
export const NARROW_PX = 520;
const AXIS_PX = 26;
const MARGIN_PX = 8;

/** More devices than this share one row of memory. */
const MOST_MEMORY_ROWS = 12;
const SHARED_MEMORY_PX = 72;
const NAME_PX = 13;
/** Lanes beside their memory are no higher: what room there is beyond that shows more of the bytes. */
const MOST_LANES_PX = 60;

export function planPlot({ widthPx, numRanks, showTimeline, showComm, showMemory }: PlotShape): PlotFrame {
  const isNarrow = widthPx < NARROW_PX;
  const gutterPx = isNarrow ? 54 : 78;
  const sharesMemory = showMemory && showTimeline && numRanks > MOST_MEMORY_ROWS;
  const ownMemory = showMemory && !sharesMemory;
  const rowHeightPx = rowHeight({ numRanks, isNarrow, showTimeline, ownMemory });
  const gapPx = Math.max(1, Math.round(rowHeightPx * 0.17));
  const innerPx = rowHeightPx - gapPx;
  const laneGapPx = rowHeightPx < 20 ? 1 : 2;
  const timelinePx = showTimeline ? Math.round(ownMemory ? Math.min(innerPx * 0.57, MOST_LANES_PX) : innerPx) : 0;
  const commHeightPx = showTimeline && showComm ? Math.round((timelinePx - laneGapPx) * 0.4) : 0;
  const laneHeightPx = commHeightPx > 0 ? timelinePx - commHeightPx - laneGapPx : timelinePx;
  const rowsPx = numRanks * rowHeightPx;
  const memoryTopPx = sharesMemory ? rowsPx + NAME_PX : showTimeline ? timelinePx + 3 : 0;
  const sharedPx = sharesMemory ? NAME_PX + SHARED_MEMORY_PX + gapPx : 0;
  return {
    gutterPx,
    axisPx: AXIS_PX,
    widthPx: Math.max(0, widthPx - gutterPx - MARGIN_PX),
    marginPx: MARGIN_PX,
    rowHeightPx,
    laneHeightPx,
    commHeightPx,
    laneGapPx,
    sharesMemory,
    memoryTopPx,
    memoryHeightPx: sharesMemory ? SHARED_MEMORY_PX : showMemory ? innerPx - memoryTopPx : 0,
    nameEvery: Math.max(1, 2 ** Math.ceil(Math.log2(NAME_PX / Math.max(1, rowHeightPx)))),
    heightPx: AXIS_PX + rowsPx + sharedPx - gapPx + 2,
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
  showTimeline,
  ownMemory,
}: {
  numRanks: number;
  isNarrow: boolean;
  showTimeline: boolean;
  ownMemory: boolean;
}): number {
  const showBoth = showTimeline && ownMemory;
  const budgetPx = isNarrow ? 220 : 400;
  const leastPx = isNarrow ? 40 : 44;
  const mostPx = mostRowHeight(numRanks, isNarrow, showBoth);
  if (!showBoth && numRanks > MOST_MEMORY_ROWS) return Math.round(Math.max(6, Math.min(30, 640 / numRanks)));
  const rowPx = Math.max(leastPx, Math.min(mostPx, budgetPx / Math.max(1, numRanks)));
  const isFull = showBoth || (ownMemory && numRanks <= 2);
  return Math.round(isFull ? rowPx : rowPx * 0.6);
}

/** Beside lanes a row is higher: it has to hold both. */
function mostRowHeight(numRanks: number, isNarrow: boolean, showBoth: boolean): number {
  if (numRanks > 2) return isNarrow ? 64 : 88;
  if (showBoth) return isNarrow ? 96 : 168;
  return isNarrow ? 64 : 120;
}
