import { expect, test } from "vitest";
import { numberFormat } from "./numbers";

const formatOf = (...values: number[]) => numberFormat({ held: [[[values], [null]]] });

test("the largest number decides on the unit and the decimals of all", () => {
  const small = formatOf(-0.0004, 0.015, -1e-9);
  expect([small.unit, ...[-0.0004, 0.015, -1e-9].map(small.text)]).toEqual(["thousandths", "−0.40", "15.00", "0.00"]);
  const plain = formatOf(0.629, -0.02);
  expect([plain.unit, plain.text(0.629), plain.text(-0.02)]).toEqual([null, "0.629", "−0.020"]);
  expect(formatOf(3e-10).unit).toBe("units of 10⁻¹²");
});

test("zeros, and numbers that are none any more, are written as they are", () => {
  expect(formatOf(0).text(0)).toBe("0.000");
  expect(formatOf(Number.NaN, 2).text(Number.NaN)).toBe("NaN");
});
