/** Numbers for people: times with their unit, shares, small differences. */
import type { CostsConfig } from "@/engine/scenario";

/** How one run writes its times: as many decimals as tell its moments apart. */
export interface TimeFormat {
  /** "ms", or "time units" when the costs are counts and no machine's. */
  unit: string;
  /** Always with the same decimals, for numbers that change in place: `1.30`. */
  fixed(ms: number): string;
  /** Without trailing zeros, for sentences: `1.3`. */
  short(ms: number): string;
  /** With the unit: `1.3 ms`. */
  text(ms: number): string;
  /** The same where a stretch of some length is spoken of: as many decimals as tell its ends apart, if not fewer. */
  within(lengthMs: number): TimeFormat;
}

/** Non-breaking, so that a number never parts from its unit. */
const NBSP = "\u00a0";

export function timeFormat(costs: CostsConfig["kind"], stepMs: number): TimeFormat {
  return timesWith(costs === "hardware" ? MS : UNITS, decimalsFor(stepMs, 2));
}

interface Unit {
  one: string;
  many: string;
}
const MS: Unit = { one: "ms", many: "ms" };
const UNITS: Unit = { one: "time unit", many: "time units" };

/** So many that a length has some figures after its first. */
function decimalsFor(lengthMs: number, figures: number): number {
  return lengthMs > 0 ? Math.max(0, Math.min(6, figures - Math.floor(Math.log10(lengthMs)))) : 0;
}

function timesWith(unit: Unit, decimals: number): TimeFormat {
  const fixed = (ms: number) => ms.toFixed(decimals);
  const short = (ms: number) => String(Number(ms.toFixed(decimals)));
  return {
    unit: unit.many,
    fixed,
    short,
    text: (ms) => `${short(ms)}${NBSP}${short(Math.abs(ms)) === "1" ? unit.one : unit.many}`,
    within: (lengthMs) => timesWith(unit, Math.max(decimals, decimalsFor(lengthMs, 1))),
  };
}

/** `27.3 %`; a whole number of percent without decimals. Only nothing at all is `0 %`. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.0005) return `<${NBSP}0.1${NBSP}%`;
  return `${Number((share * 100).toFixed(1))}${NBSP}%`;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A power of ten: `10⁻⁸`. */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

/** A small difference with two figures: `3.0 × 10⁻⁸`; `0` when there is none. */
export function formatDifference(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return String(value);
  const [mantissa, exponent] = value.toExponential(1).split("e");
  if (Number(exponent) >= -2 && Number(exponent) <= 3) return String(Number(value.toPrecision(2)));
  return `${mantissa}${NBSP}×${NBSP}${powerOfTen(Number(exponent))}`;
}

/** `2, 3 and 4`. */
export function listed(words: readonly (string | number)[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** `1 layer`, `3 layers`. */
export function counted(count: number, noun: string): string {
  return `${count}${NBSP}${noun}${count === 1 ? "" : "s"}`;
}
