/**
 * Colour arithmetic, for checking the palettes: contrast, and distance as colour-blind eyes see it.
 * The pages do not need it; the tests of the tokens do.
 */

/** Linear-light sRGB, each channel from 0 to 1. */
export type LinearRgb = readonly [red: number, green: number, blue: number];

const toLinear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const clip = (c: number) => Math.min(1, Math.max(0, c));

/** Parse `#rrggbb` or `oklch(L C H)`; colours outside sRGB are clipped, as browsers do. */
export function parseColour(text: string): LinearRgb {
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text);
  if (hex) {
    const channel = (i: number) => toLinear(Number.parseInt(hex[i], 16) / 255);
    return [channel(1), channel(2), channel(3)];
  }
  const oklch = /^oklch\(([\d.]+) ([\d.]+) (-?[\d.]+)\)$/.exec(text);
  if (oklch) return oklchToLinear(Number(oklch[1]), Number(oklch[2]), Number(oklch[3]));
  throw new Error(`Not a colour this can read: "${text}"`);
}

/** @source Björn Ottosson, "A perceptual color space for image processing" (2020) */
function oklchToLinear(lightness: number, chroma: number, hueDeg: number): LinearRgb {
  const a = chroma * Math.cos((hueDeg * Math.PI) / 180);
  const b = chroma * Math.sin((hueDeg * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** OKLab, in which equal distances look about equally far apart. @source as above */
export function toOklab([r, g, b]: LinearRgb): readonly [lightness: number, a: number, b: number] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Distance in OKLab times 100: about 2 is just noticeable side by side, 10 is plainly another colour. */
export function deltaE(first: LinearRgb, second: LinearRgb): number {
  const p = toOklab(first);
  const q = toOklab(second);
  return 100 * Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** Contrast ratio, from 1 to 21. @source WCAG 2.2, "contrast ratio" */
export function contrast(first: LinearRgb, second: LinearRgb): number {
  const luminance = ([r, g, b]: LinearRgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [low, high] = [luminance(first), luminance(second)].sort((p, q) => p - q);
  return (high + 0.05) / (low + 0.05);
}

export const VISIONS = ["typical", "protanopia", "deuteranopia", "tritanopia"] as const;
export type Vision = (typeof VISIONS)[number];

/** Severity 1.0, on linear RGB. @source Machado, Oliveira and Fernandes (2009), the table of matrices */
const MATRICES: Record<Vision, readonly number[]> = {
  typical: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

/** The colour as an eye with this vision sees it. */
export function seenWith(vision: Vision, [r, g, b]: LinearRgb): LinearRgb {
  const m = MATRICES[vision];
  const row = (i: number) => clip(m[i] * r + m[i + 1] * g + m[i + 2] * b);
  return [row(0), row(3), row(6)];
}
