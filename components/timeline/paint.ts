/**
 * Paints a timeline into the pixels of a canvas. A canvas takes a microsecond for every rectangle it is asked for, which
 * tens of thousands in a frame do not allow; writing plain pixels takes a twentieth of that.
 */
import type { Trace } from "@/engine/trace";
import { denseGroups, forEachBox } from "./dense";
import { fillOf, isHatched, overlayOf, textFillOf } from "./fills";
import { labelSizePx, type TimelineFrame, type TimelineMarks } from "./layout";
import { type Paints, paintsOf, type Tile } from "./paints";

/** Narrower bars show no pattern, and no gap to their neighbour. */
const PATTERN_PX = 6;
const GAP_FROM_PX = 4;

export interface Painting {
  trace: Trace;
  marks: TimelineMarks;
  frame: Pick<TimelineFrame, "widthPx" | "windowMs">;
  numMicrobatches: number;
  /** Another one for other colours behind the same custom properties. */
  theme: string;
  /** Where the lanes begin, in px of the drawing. */
  leftPx: number;
  topPx: number;
}

/** @param scale px of the canvas for each px of the drawing */
export function paintTimeline(context: CanvasRenderingContext2D, painting: Painting, scale: number): void {
  const { trace, marks, frame, numMicrobatches, theme, leftPx, topPx } = painting;
  const { width, height } = context.canvas;
  if (width === 0 || height === 0) return;
  const paints = paintsOf(context, theme, scale);
  const image = imageOf(context);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(0);
  const fill = (tile: Tile, xPx: number, yPx: number, widthPx: number, heightPx: number) => {
    const left = Math.round((leftPx + xPx) * scale);
    const top = Math.round((topPx + yPx) * scale);
    const right = Math.max(left + 1, Math.round((leftPx + xPx + widthPx) * scale));
    const bottom = Math.max(top + 1, Math.round((topPx + yPx + heightPx) * scale));
    fillBox(pixels, width, tile, left, top, Math.min(width, right), Math.min(height, bottom));
  };
  // What no bar covers is idle.
  for (const { stream, xPx, yPx, widthPx, heightPx } of marks.lanes) {
    const idle = paints.tile("var(--idle)", isHatched({ heightPx }) ? "idle" : null);
    if (stream === "compute") fill(idle, xPx, yPx, widthPx, heightPx);
  }
  for (const group of denseGroups(trace, marks.detail)) {
    const css = fillOf(group, numMicrobatches);
    const plain = paints.tile(css, null);
    const patterned = paints.tile(css, overlayOf(group));
    forEachBox(group, marks.lanes, frame, (xPx, yPx, widthPx, heightPx) => {
      const tile = widthPx >= PATTERN_PX && heightPx >= PATTERN_PX ? patterned : plain;
      fill(tile, xPx, yPx, widthPx > GAP_FROM_PX ? widthPx - 1 : widthPx, heightPx);
    });
  }
  context.putImageData(image, 0, 0);
  paintLabels(context, painting, paints, scale);
}

const images = new WeakMap<CanvasRenderingContext2D, ImageData>();

/** One image a canvas, as long as its size stays. */
function imageOf(context: CanvasRenderingContext2D): ImageData {
  const { width, height } = context.canvas;
  const known = images.get(context);
  if (known?.width === width && known.height === height) return known;
  const image = context.createImageData(width, height);
  images.set(context, image);
  return image;
}

/** Fills a box with a tile that repeats from the corner of the picture; right and bottom are outside. */
export function fillBox(
  pixels: Uint32Array,
  width: number,
  { colours, side }: Tile,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  // A million pixels a frame: one by one, as bars are a few px wide, and without a division for each.
  const colour = colours[0];
  for (let y = top; y < bottom; y++) {
    const end = y * width + right;
    let pixel = y * width + left;
    if (side === 1) {
      while (pixel < end) pixels[pixel++] = colour;
      continue;
    }
    const tileRow = (y % side) * side;
    for (let column = left % side; pixel < end; pixel++) {
      pixels[pixel] = colours[tileRow + column];
      column = column + 1 === side ? 0 : column + 1;
    }
  }
}

function paintLabels(context: CanvasRenderingContext2D, painting: Painting, paints: Paints, scale: number): void {
  const { marks, leftPx, topPx } = painting;
  context.setTransform(scale, 0, 0, scale, leftPx * scale, topPx * scale);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const bar of marks.bars) {
    if (!bar.label) continue;
    context.font = `560 ${labelSizePx(bar)}px ${paints.font}`;
    context.fillStyle = paints.colour(textFillOf(bar));
    context.fillText(bar.label, bar.xPx + bar.widthPx / 2, bar.yPx + bar.heightPx / 2);
  }
}
