import { expect, test } from "vitest";
import { readingsOf, readNumber } from "./readNumber";

test.each([
  ["27.3 %", "share", 0.273],
  ["27,3%", "share", 0.273],
  ["3/11", "share", 3 / 11],
  ["0.273", "share", 0.273],
  ["(4 - 1) / (8 + 4 - 1)", "share", 3 / 11],
  ["1,024", "count", 1024],
  ["1,234,567", "count", 1234567],
  ["4 micro-batches", "count", 4],
  ["four", "count", null],
  ["4 devices", "count", 4],
  ["51.5 kB", "bytes", 51500],
  ["2 × 3/4 × 100 MB", "bytes", 150e6],
  ["1 GiB", "bytes", 2 ** 30],
  ["1.5e3", "bytes", 1500],
  ["22", "ms", 22],
  ["22 time units", "ms", 22],
  ["0.5 s", "ms", 500],
  ["-3", "number", -3],
  ["−3", "number", -3],
  ["2 ·· 3", "number", null],
  ["1/0", "number", null],
  ["(2", "number", null],
  ["", "number", null],
  ["5 parsecs", "bytes", null],
] as const)("%j, asked for a %s", (text, unit, number) => {
  const read = readNumber(text, unit);
  if (number === null) expect(read).toBeNull();
  else expect(read).toBeCloseTo(number, 9);
});

test("what may have been meant counts as well: percent without a sign, binary kilobytes", () => {
  expect(readingsOf("12.5", "share")).toEqual([12.5, 0.125]);
  expect(readingsOf("16 KB", "bytes")).toEqual([16_000, 16_384]);
  expect(readingsOf("16384", "bytes")).toEqual([16_384, 16_384]);
  expect(readingsOf("7", "count")).toEqual([7]);
  expect(readingsOf("seven", "count")).toEqual([]);
});
