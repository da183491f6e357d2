/**
 * Places each device's memory as stacked steps over the time axis. The lives of thousands of tensors are reduced to
 * one value a px column, the largest in it, so that a peak never vanishes however short it is.
 */

import { type BytesByKind, type MemoryProfile, noBytes, totalBytes } from "@/engine/account";
import { range } from "@/engine/base/range";
import { MEMORY_KINDS, type MemoryKind } from "@/engine/program";

/** All lengths in px; y counts from the top of the first device's row. */
export interface MemoryFrame {
  widthPx: number;
  windowMs: readonly [number, number];
  /** The end of the step, where the window reaches beyond it: nothing is held after that. */
  stepMs?: number;
  rowHeightPx: number;
  /** From the top of a device's row to the top of its memory. */
  topPx: number;
  heightPx: number;
  /** What fills the height. */
  maxBytes: number;
  /** Drawn as a line; null when it is unknown or far away. */
  capacityBytes: number | null;
}

/** Neighbouring columns of equal bytes. */
export interface Run {
  fromPx: number;
  toPx: number;
  bytes: BytesByKind;
}

export interface MemoryArea {
  kind: MemoryKind;
  /** SVG path data. */
  path: string;
}

export interface MemoryRow {
  rank: number;
  topPx: number;
  bottomPx: number;
  areas: MemoryArea[];
}

export interface MemoryMarks {
  rows: MemoryRow[];
  /** From a row's top to the line; null for none. */
  capacityPx: number | null;
}

/** A row for each device that is given, from top to bottom. */
export function layoutMemory(
  devices: readonly { rank: number; profile: MemoryProfile }[],
  frame: MemoryFrame,
): MemoryMarks {
  const { rowHeightPx, topPx, heightPx, maxBytes, capacityBytes } = frame;
  const height = (bytes: number) => (maxBytes > 0 ? (bytes / maxBytes) * heightPx : 0);
  const rows = devices.map(({ rank, profile }, row): MemoryRow => {
    const top = row * rowHeightPx + topPx;
    const bottom = top + heightPx;
    return {
      rank,
      topPx: top,
      bottomPx: bottom,
      areas: stack(runsOf(profile, frame), (bytes) => bottom - height(bytes)),
    };
  });
  return { rows, capacityPx: capacityBytes === null ? null : heightPx - height(capacityBytes) };
}

/** The profile as it is seen: a run for each stretch of columns with equal bytes. */
export function runsOf({ atMs, bytes }: MemoryProfile, frame: MemoryFrame): Run[] {
  const {
    widthPx,
    windowMs: [from, to],
    stepMs = to,
  } = frame;
  const numColumns = Math.round(widthPx);
  if (numColumns < 1 || !(to > from)) return [];
  const runs: Run[] = [];
  let next = 0;
  let held = noBytes();
  for (const column of range(numColumns)) {
    const startMs = from + ((to - from) * column) / numColumns;
    const endMs = from + ((to - from) * (column + 1)) / numColumns;
    if (startMs >= stepMs) break;
    while (next < atMs.length && atMs[next] < startMs) held = bytes[next++];
    // What was held before the column counts only if it is still there when the column begins.
    let largest = next < atMs.length && atMs[next] <= startMs ? bytes[next] : held;
    const isLast = column === numColumns - 1;
    while (next < atMs.length && (atMs[next] < endMs || (isLast && atMs[next] <= endMs))) {
      held = bytes[next++];
      if (totalBytes(held) > totalBytes(largest)) largest = held;
    }
    const run = runs.at(-1);
    if (run && MEMORY_KINDS.every((kind) => run.bytes[kind] === largest[kind])) run.toPx = column + 1;
    else runs.push({ fromPx: column, toPx: column + 1, bytes: largest });
  }
  return runs;
}

/** An area a kind, each on top of the one before. Kinds that a device never holds get none. */
function stack(runs: readonly Run[], y: (bytes: number) => number): MemoryArea[] {
  const floor = runs.map(() => 0);
  return MEMORY_KINDS.flatMap((kind): MemoryArea[] => {
    if (!runs.some(({ bytes }) => bytes[kind] > 0)) return [];
    const lower = [...floor];
    runs.forEach(({ bytes }, i) => {
      floor[i] += bytes[kind];
    });
    return [{ kind, path: stepArea(runs, lower.map(y), floor.map(y)) }];
  });
}

/** Along the upper edge, and back along the lower. */
function stepArea(runs: readonly Run[], lowerPx: readonly number[], upperPx: readonly number[]): string {
  const there = runs.map(({ fromPx, toPx }, i) => `${fromPx},${round(upperPx[i])}H${toPx}`);
  const back = runs.map(({ fromPx, toPx }, i) => `${toPx},${round(lowerPx[i])}H${fromPx}`).reverse();
  return `M${[...there, ...back].join("L")}Z`;
}

const round = (px: number) => Math.round(px * 100) / 100;

/** What fills the height: the largest peak of any device, or the capacity where that is in sight of it. */
export function memoryScale(peaksBytes: readonly number[], capacityBytes: number | null) {
  const peak = Math.max(0, ...peaksBytes);
  const inSight = capacityBytes !== null && capacityBytes <= 3 * peak;
  return { maxBytes: inSight ? Math.max(peak, capacityBytes) : peak, capacityBytes: inSight ? capacityBytes : null };
}

/** What a device holds at a time: everything that happens at that time has happened. */
export function bytesAt({ atMs, bytes }: MemoryProfile, timeMs: number): BytesByKind {
  let low = 0;
  let high = atMs.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (atMs[middle] <= timeMs) low = middle;
    else high = middle - 1;
  }
  return bytes[low] ?? noBytes();
}

/** The kind of memory drawn at a height: the one whose bytes, stacked, reach there; null above all of them. */
export function kindAtBytes(held: BytesByKind, bytes: number): MemoryKind | null {
  let below = 0;
  for (const kind of MEMORY_KINDS) {
    below += held[kind];
    if (bytes >= 0 && bytes < below) return kind;
  }
  return null;
}
