/** Numbers as a lesson sets them, in the same form as the stage: a unit never parts from its number. */
import { formatBytes, formatFlops } from "@/engine/base/units";
import { formatDifference, formatPercent, timeFormat } from "../marks/format";
import type { Figure } from "../stage/state/figure";
import type { Amount } from "./values/value";

const NO_BREAK_SPACE = "\u00a0";
const WORDS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

/** @param figure where the amount is from: times are written with as many decimals as its stage has */
export function formatAmount({ amount, unit }: Amount, { scenario, trace }: Figure): string {
  switch (unit) {
    case "count":
      return amount.toLocaleString("en-GB");
    case "times":
      return String(Number(amount.toPrecision(3)));
    case "bytes":
      return formatBytes(amount).replace(" ", NO_BREAK_SPACE);
    case "bytes/s":
      return `${formatBytes(amount).replace(" ", NO_BREAK_SPACE)}/s`;
    case "flops":
      return formatFlops(amount).replace(" ", NO_BREAK_SPACE);
    case "flops/s":
      return `${formatFlops(amount).replace(" ", NO_BREAK_SPACE)}/s`;
    case "ms":
      return timeFormat(scenario.costs.kind, trace.stepMs).text(amount);
    case "duration":
      return timeFormat(scenario.costs.kind, amount).text(amount);
    case "share":
      return formatPercent(amount);
    case "number":
      return amount.toFixed(4).replace("-", "−");
    case "difference":
      return formatDifference(amount);
  }
}

/** As a word, where it is a small whole number: `four`, or `Four` at the start of a sentence. */
export function formatWord(amount: Amount, figure: Figure, capital: boolean): string {
  const word = amount.unit === "count" ? WORDS[amount.amount] : undefined;
  if (!word) return formatAmount(amount, figure);
  return capital ? word[0].toUpperCase() + word.slice(1) : word;
}
