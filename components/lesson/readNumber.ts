/** Numbers as learners type them: `27.3 %`, `3/11`, `1,024`, `51.5 kB`, `2 * 3/4 * 100`. */
import type { Unit } from "./values/value";

/** What an answer is written in, after the label. */
export const UNIT_HINTS: Record<Unit, string> = {
  count: "",
  times: "",
  bytes: ", in bytes, kB, MB or GB",
  "bytes/s": ", in bytes a second",
  flops: ", in FLOP",
  "flops/s": ", in FLOP a second",
  ms: "",
  duration: ", in ms or s",
  share: ", as a fraction or in %",
  number: "",
  difference: "",
};

const SCALES: Readonly<Record<string, number>> = {
  "%": 0.01,
  b: 1,
  byte: 1,
  bytes: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  ms: 1,
  s: 1e3,
};

/** @returns null for what is no number */
export function readNumber(text: string, unit: Unit): number | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/(\d),(?=\d{3}(\D|$))/g, "$1")
    .replace(/(\d),(\d)/g, "$1.$2")
    .replaceAll(/[×·]/g, "*")
    .replaceAll("÷", "/")
    .replaceAll("−", "-");
  const match = /^(.*?)\s*(%|[a-z][a-z -]*)?$/s.exec(plain);
  if (!match) return null;
  const scale = match[2] === undefined ? 1 : (SCALES[match[2]] ?? (unit === "count" || unit === "ms" ? 1 : null));
  const value = evaluate(match[1] as string);
  return value === null || scale === null ? null : value * scale;
}

/** All that a learner may have meant: a share in percent without its sign, a kB of 1,024 bytes. */
export function readingsOf(text: string, unit: Unit): number[] {
  const number = readNumber(text, unit);
  if (number === null) return [];
  if (unit === "share") return [number, number / 100];
  const binary = unit === "bytes" ? readNumber(text.replace(/([kmgt])b\s*$/i, "$1ib"), unit) : null;
  return binary === null ? [number] : [number, binary];
}

/** Sums, products, quotients and parentheses. */
function evaluate(text: string): number | null {
  const tokens = text.match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[()+\-*/]|\S/g) ?? [];
  let at = 0;
  const value = sum();
  return at === tokens.length && value !== null && Number.isFinite(value) ? value : null;

  function sum(): number | null {
    let total = product();
    while (total !== null && (tokens[at] === "+" || tokens[at] === "-")) {
      const sign = tokens[at++] === "+" ? 1 : -1;
      const next = product();
      total = next === null ? null : total + sign * next;
    }
    return total;
  }

  function product(): number | null {
    let total = atom();
    while (total !== null && (tokens[at] === "*" || tokens[at] === "/")) {
      const divides = tokens[at++] === "/";
      const next = atom();
      total = next === null ? null : divides ? total / next : total * next;
    }
    return total;
  }

  function atom(): number | null {
    const token = tokens[at++];
    if (token === "-") {
      const inner = atom();
      return inner === null ? null : -inner;
    }
    if (token === "(") {
      const inner = sum();
      return tokens[at++] === ")" ? inner : null;
    }
    return token !== undefined && /^[\d.]/.test(token) ? Number(token) : null;
  }
}
