/** The colours and patterns of the page as pixels: resolved once a theme. */
import type { Overlay } from "./fills";

/** A square of pixels that repeats; one pixel is a plain colour. */
export interface Tile {
  /** Row by row, in the order in which a canvas keeps its bytes. */
  colours: Uint32Array;
  side: number;
}

export interface Paints {
  font: string;
  /** What a CSS colour with custom properties is on this page. */
  colour(css: string): string;
  /** A colour with a pattern over it. */
  tile(css: string, pattern: PatternName | null): Tile;
}

type PatternName = Overlay | "idle";

const known = new WeakMap<CanvasRenderingContext2D, { key: string; paints: Paints }>();

export function paintsOf(context: CanvasRenderingContext2D, theme: string, scale: number): Paints {
  const key = `${theme} ${scale}`;
  const found = known.get(context);
  if (found?.key === key) return found.paints;
  const { canvas } = context;
  const colours = new Map<string, string>();
  const tiles = new Map<string, Tile>();
  const colour = (css: string) => {
    const resolved = colours.get(css) ?? resolve(canvas, css);
    colours.set(css, resolved);
    return resolved;
  };
  const paints: Paints = {
    font: getComputedStyle(canvas).fontFamily,
    colour,
    tile(css, pattern) {
      const name = `${css} ${pattern}`;
      const tile = tiles.get(name) ?? drawTile(colour(css), pattern, colour, scale);
      tiles.set(name, tile);
      return tile;
    },
  };
  known.set(context, { key, paints });
  return paints;
}

function resolve(element: HTMLElement, css: string): string {
  const before = element.style.color;
  element.style.color = css;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}

const TILE_PX = 8;

/** The patterns of `Patterns`, as tiles of a few px. */
const PATTERNS: Record<PatternName, (tile: CanvasRenderingContext2D, colour: Paints["colour"]) => void> = {
  idle: (tile, colour) => stripes(tile, colour("var(--hatch)"), 1, 1.3),
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

function drawTile(css: string, pattern: PatternName | null, colour: Paints["colour"], scale: number): Tile {
  const side = pattern ? Math.max(1, Math.round(TILE_PX * scale)) : 1;
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.fillStyle = css;
  context.fillRect(0, 0, side, side);
  context.setTransform(side / TILE_PX, 0, 0, side / TILE_PX, 0, 0);
  if (pattern) PATTERNS[pattern](context, colour);
  return { colours: new Uint32Array(context.getImageData(0, 0, side, side).data.buffer), side };
}
