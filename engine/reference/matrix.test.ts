/** The matrix of layouts, but for its longest cases, which are in matrixLong.test.ts. */
import { expect, test } from "vitest";
import { checkCase, type ReferenceCase } from "./checkCase";
import { CASES, TOLERANCE, testMatrix } from "./testing";

testMatrix("other");

test.each([false, true])(
  "a vocabulary that does not divide is padded, and that changes nothing (sequence %s)",
  async (sequenceParallel) => {
    const wide = CASES.find(([name]) => name === "gpt-wide")?.[1] as ReferenceCase;
    // 96 tokens over 5 ranks: 20 each, 4 of padding.
    const model = { ...wide.model, hidden: 60, heads: 5, seq: 30 };
    const check = await checkCase(wide, { mesh: { tp: 5 }, model, sequenceParallel } as object);
    expect(check.maxDifference.loss).toBeLessThanOrEqual(TOLERANCE);
    expect(check.maxDifference.parameter).toBeLessThanOrEqual(TOLERANCE);
    expect(check.memoryAgrees).toBe(true);
  },
);
