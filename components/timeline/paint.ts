/** Paints a timeline on a canvas: bars of one fill in one go, because changing the fill is what costs. */
import type { Trace } from "@/engine/trace";
import { denseGroups, forEachBox } from "./dense";
import { fillOf, type Overlay, overlayOf, textFillOf } from "./fills";
import { labelSizePx, type TimelineFrame, type TimelineMarks } from "./layout";

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
}

export function paintTimeline(context: CanvasRenderingContext2D, painting: Painting): void {
  const { trace, marks, frame, numMicrobatches, theme } = painting;
  const paints = paintsOf(context, theme);
  // What no bar covers is idle.
  context.fillStyle = paints.pattern("idle");
  for (const { stream, xPx, yPx, widthPx, heightPx } of marks.lanes) {
    if (stream === "compute") context.fillRect(xPx, yPx, widthPx, heightPx);
  }
  for (const group of denseGroups(trace, marks.detail)) {
    context.fillStyle = paints.colour(fillOf(group, numMicrobatches));
    forEachBox(group, marks.lanes, frame, (xPx, yPx, widthPx, heightPx) => {
      context.fillRect(xPx, yPx, widthPx > GAP_FROM_PX ? widthPx - 1 : widthPx, heightPx);
    });
    const overlay = overlayOf(group);
    if (!overlay) continue;
    context.fillStyle = paints.pattern(overlay);
    forEachBox(group, marks.lanes, frame, (xPx, yPx, widthPx, heightPx) => {
      if (widthPx >= PATTERN_PX && heightPx >= PATTERN_PX) context.fillRect(xPx, yPx, widthPx - 1, heightPx);
    });
  }
  paintLabels(context, marks, paints);
}

function paintLabels(context: CanvasRenderingContext2D, marks: TimelineMarks, paints: Paints): void {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const bar of marks.bars) {
    if (!bar.label) continue;
    context.font = `560 ${labelSizePx(bar.heightPx)}px ${paints.font}`;
    context.fillStyle = paints.colour(textFillOf(bar));
    context.fillText(bar.label, bar.xPx + bar.widthPx / 2, bar.yPx + bar.heightPx / 2);
  }
}

type PatternName = Overlay | "idle";

interface Paints {
  theme: string;
  font: string;
  /** What a CSS colour with custom properties is on this page. */
  colour(css: string): string;
  pattern(name: PatternName): CanvasPattern | string;
}

const known = new WeakMap<CanvasRenderingContext2D, Paints>();

function paintsOf(context: CanvasRenderingContext2D, theme: string): Paints {
  const found = known.get(context);
  if (found?.theme === theme) return found;
  const { canvas } = context;
  const colours = new Map<string, string>();
  const patterns = new Map<PatternName, CanvasPattern | string>();
  const colour = (css: string) => {
    const resolved = colours.get(css) ?? resolve(canvas, css);
    colours.set(css, resolved);
    return resolved;
  };
  const paints: Paints = {
    theme,
    font: getComputedStyle(canvas).fontFamily,
    colour,
    pattern(name) {
      const pattern = patterns.get(name) ?? drawPattern(context, name, colour);
      patterns.set(name, pattern);
      return pattern;
    },
  };
  known.set(context, paints);
  return paints;
}

function resolve(element: HTMLElement, css: string): string {
  const before = element.style.color;
  element.style.color = css;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}

/** The patterns of `Patterns`, as tiles of a few px. */
const TILES: Record<PatternName, (tile: CanvasRenderingContext2D, colour: Paints["colour"]) => void> = {
  idle(tile, colour) {
    tile.fillStyle = colour("var(--idle)");
    tile.fillRect(0, 0, TILE_PX, TILE_PX);
    stripes(tile, colour("var(--hatch)"), 1, 1.3);
  },
  recompute: (tile, colour) => stripes(tile, colour("var(--on-forward)"), 0.45, 1.2),
  weightGrad(tile, colour) {
    tile.globalAlpha = 0.4;
    tile.fillStyle = colour("var(--on-weight-grad)");
    for (const at of [1, 5]) tile.fillRect(at, at, 1.5, 1.5);
  },
  optimizer(tile, colour) {
    tile.globalAlpha = 0.25;
    tile.fillStyle = colour("var(--paper)");
    tile.fillRect(0, 0, TILE_PX, 1);
    tile.fillRect(0, TILE_PX / 2, TILE_PX, 1);
  },
};

const TILE_PX = 8;

/** Diagonals that meet their own continuation at the edges of the tile. */
function stripes(tile: CanvasRenderingContext2D, colour: string, alpha: number, widthPx: number): void {
  tile.globalAlpha = alpha;
  tile.strokeStyle = colour;
  tile.lineWidth = widthPx;
  tile.beginPath();
  for (const x of [-TILE_PX, 0, TILE_PX]) {
    tile.moveTo(x - 1, TILE_PX + 1);
    tile.lineTo(x + TILE_PX + 1, -1);
  }
  tile.stroke();
}

function drawPattern(context: CanvasRenderingContext2D, name: PatternName, colour: Paints["colour"]) {
  const tile = document.createElement("canvas");
  tile.width = TILE_PX;
  tile.height = TILE_PX;
  const drawing = tile.getContext("2d");
  if (!drawing) return "transparent";
  TILES[name](drawing, colour);
  return context.createPattern(tile, "repeat") ?? "transparent";
}
