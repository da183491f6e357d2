/**
 * Sums as tokens: `12+34=640`, the result with its lowest digit first, because a model that writes from left to right
 * then meets each carry before it needs it. Only the digits of the result count in the loss: the operands are random.
 *
 * One sum in sixteen is held out: it never appears in training, so that answering it is generalisation.
 */
import { range } from "../base/range";
import type { Sample } from "./sample";

const PLUS = 10;
const EQUALS = 11;
const SYMBOLS = "0123456789+=";

const isHeldOut = (a: number, b: number) => (7 * a + 11 * b) % 16 === 0;

export interface Sum {
  a: number;
  b: number;
}

export function additionSamples(digits: number, next: () => number): () => Sample {
  const limit = 10 ** digits;
  return () => {
    for (;;) {
      const a = Math.floor(next() * limit);
      const b = Math.floor(next() * limit);
      if (!isHeldOut(a, b)) return sumAsSample({ a, b }, digits);
    }
  };
}

/** Different held-out sums, drawn from all there are: as many as asked for, or all. */
export function heldOutSums(digits: number, count: number, next: () => number): Sum[] {
  const limit = 10 ** digits;
  const all = range(limit * limit)
    .map((i) => ({ a: Math.floor(i / limit), b: i % limit }))
    .filter(({ a, b }) => isHeldOut(a, b));
  const sums: Sum[] = [];
  while (sums.length < count && all.length > 0) sums.push(...all.splice(Math.floor(next() * all.length), 1));
  return sums;
}

export function sumAsSample({ a, b }: Sum, digits: number): Sample {
  const tokens = [
    ...digitsOf(a, digits),
    PLUS,
    ...digitsOf(b, digits),
    EQUALS,
    ...digitsOf(a + b, digits + 1).reverse(),
  ];
  const firstAnswer = tokens.length - digits - 2;
  return {
    inputs: tokens.slice(0, -1),
    targets: tokens.slice(1).map((token, i) => (i < firstAnswer ? -1 : token)),
  };
}

/** The number that a model's answer tokens spell, lowest digit first; NaN when one is not a digit. */
export function readAnswer(tokens: readonly number[]): number {
  return tokens.reduce((value, token, i) => (token < 10 ? value + token * 10 ** i : Number.NaN), 0);
}

/** Tokens as text: `12+34=`. */
export function spell(tokens: readonly number[]): string {
  return tokens.map((token) => SYMBOLS[token] ?? "?").join("");
}

function digitsOf(value: number, count: number): number[] {
  return range(count).map((i) => Math.floor(value / 10 ** (count - 1 - i)) % 10);
}
