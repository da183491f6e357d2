/** What a map of predictions is drawn with: a colour a class, the surer the stronger; points have a shape a class. */
import { microbatchHueDeg } from "@/components/theme/palettes";

/** Of the kinds of mark that stay apart when small. */
export type PointShape = "circle" | "triangle" | "square";

const SHAPES: readonly PointShape[] = ["circle", "triangle", "square"];

export const shapeOf = (label: number): PointShape => SHAPES[label % SHAPES.length] as PointShape;

/** Of middle lightness, so that it stands on light paper as on dark. */
export function classColour(label: number, numClasses: number): string {
  return `oklch(0.66 0.13 ${microbatchHueDeg(label, numClasses)})`;
}

/** Darker than its surroundings by day, lighter by night. */
export function pointColour(label: number, numClasses: number): string {
  return `light-dark(oklch(0.46 0.13 ${microbatchHueDeg(label, numClasses)}), oklch(0.82 0.1 ${microbatchHueDeg(label, numClasses)}))`;
}

/** From nothing for a guess to strong for a certainty. */
export function confidenceAlpha(confidence: number, numClasses: number): number {
  const guess = 1 / Math.max(2, numClasses);
  const certainty = Math.max(0, Math.min(1, (confidence - guess) / (1 - guess)));
  return 0.05 + 0.5 * certainty;
}

/** All cells that look the same: one class, one strength. */
export interface Area {
  class: number;
  alpha: number;
  /** SVG path data, in cells from the top left: a row's equal neighbours are one rectangle. */
  path: string;
}

/** Strengths closer than this cannot be told apart, and are drawn as one. */
const ALPHA_STEP = 0.025;

export function layoutAreas({ size, classes, confidence }: ClassMap, numClasses: number): Area[] {
  const areas = new Map<string, Area>();
  const lookOf = (cell: number) => {
    const strength = Math.round(confidenceAlpha(confidence[cell], numClasses) / ALPHA_STEP);
    return { class: classes[cell], strength, key: `${classes[cell]} ${strength}` };
  };
  for (let row = 0; row < size; row++) {
    let column = 0;
    while (column < size) {
      const from = column;
      const { key, strength, class: label } = lookOf(row * size + from);
      do column += 1;
      while (column < size && lookOf(row * size + column).key === key);
      const area = areas.get(key) ?? { class: label, alpha: Number((strength * ALPHA_STEP).toFixed(3)), path: "" };
      area.path += `M${from},${row}h${column - from}v1h${from - column}Z`;
      areas.set(key, area);
    }
  }
  return [...areas.values()];
}

/** A square [-1, 1] x [-1, 1] on a box of some size, y upwards. */
export function placePoint({ x, y }: { x: number; y: number }, sizePx: number): { xPx: number; yPx: number } {
  return { xPx: ((x + 1) / 2) * sizePx, yPx: ((1 - y) / 2) * sizePx };
}

/** SVG path data of a shape around the origin. */
export function shapePath(shape: PointShape, radiusPx: number): string {
  const r = radiusPx;
  if (shape === "circle") return `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0`;
  if (shape === "square") return `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}Z`;
  return `M0,${-1.15 * r}L${1.1 * r},${0.85 * r}H${-1.1 * r}Z`;
}

/** A point of the plane, and what it is taken for there. */
export interface Sample {
  x: number;
  y: number;
  class: number;
  confidence: number;
}

/** So many points along each side are read out. */
const SIDE = 5;

/** Points in equal distances over the map, row by row from the top: what a table says of it. */
export function samplesOf({ size, classes, confidence }: ClassMap): Sample[][] {
  const places = Array.from({ length: SIDE }, (_, i) => Math.min(size - 1, Math.floor(((i + 0.5) / SIDE) * size)));
  const along = (place: number) => ((place + 0.5) / size) * 2 - 1;
  return places.map((row) =>
    places.map((column) => {
      const cell = row * size + column;
      return { x: along(column), y: -along(row), class: classes[cell], confidence: confidence[cell] };
    }),
  );
}

/** The cells of a map, row by row from the top. */
interface ClassMap {
  size: number;
  classes: ArrayLike<number>;
  confidence: ArrayLike<number>;
}
