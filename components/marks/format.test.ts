import { expect, test } from "vitest";
import { counted, formatDifference, formatPercent, listed, powerOfTen, timeFormat } from "./format";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("decimals of a time follow the length of the step", () => {
  expect(plain(timeFormat("hardware", 4.873).text(1.3))).toBe("1.3 ms");
  expect(timeFormat("hardware", 4.873).fixed(1.3)).toBe("1.30");
  expect(timeFormat("hardware", 33).fixed(13.42)).toBe("13.4");
  expect(timeFormat("hardware", 1234).fixed(987.6)).toBe("988");
  expect(plain(timeFormat("unit", 33).text(10))).toBe("10 time units");
  expect(plain(timeFormat("unit", 33).text(1))).toBe("1 time unit");
  expect(plain(timeFormat("unit", 33).text(-1.0001))).toBe("-1 time unit");
  expect(plain(timeFormat("unit", 3).text(0.5))).toBe("0.5 time units");
  expect(timeFormat("unit", 0).fixed(0)).toBe("0");
});

test("shares, small differences and lists are written for people", () => {
  expect(plain(formatPercent(0.2727))).toBe("27.3 %");
  expect(plain(formatPercent(1))).toBe("100 %");
  expect(plain(formatPercent(0.0001))).toBe("< 0.1 %");
  expect(plain(formatPercent(0))).toBe("0 %");
  expect([3.04e-8, 1e-10, 0, 0.034].map((x) => plain(formatDifference(x)))).toEqual([
    "3.0 × 10⁻⁸",
    "1.0 × 10⁻¹⁰",
    "0",
    "0.034",
  ]);
  expect(powerOfTen(-12)).toBe("10⁻¹²");
  expect([listed([]), listed([1]), listed([1, 2, 3])]).toEqual(["", "1", "1, 2 and 3"]);
  expect([plain(counted(1, "layer")), plain(counted(3, "layer"))]).toEqual(["1 layer", "3 layers"]);
});
