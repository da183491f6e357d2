import fc from "fast-check";
import { expect, test } from "vitest";
import { bestOption, measureOptions } from "./exerciseGrade";
import { OUTCOMES, outcomeOf } from "./outcomes";
import { fieldOf, patchOf, patchScenario } from "./scenarioPatch";
import { SMALL } from "./testing";

test.each([
  [4, 4, "same"],
  [0, 0, "same"],
  [77200, 90064, "grows-less"],
  [100, 50, "halves"],
  [100, 50.4, "halves"],
  [100, 60, "falls-less"],
  [100, 40, "falls-more"],
  [100, 200, "doubles"],
  [100, 199.5, "doubles"],
  [100, 250, "grows-more"],
  [0, 5, "grows-more"],
] as const)("from %d to %d: %s", (before, after, outcome) => {
  expect(outcomeOf(before, after)).toBe(outcome);
});

test("any change has exactly one outcome, and twice the change of nothing is nothing", () => {
  const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(fc.property(amount, amount, (before, after) => OUTCOMES.includes(outcomeOf(before, after))));
  fc.assert(fc.property(amount, (before) => outcomeOf(before, before) === "same"));
});

test("a patch changes the fields that it names and leaves the scenario alone", () => {
  const before = structuredClone(SMALL);
  const patched = patchScenario(SMALL, { mesh: { dp: 1 }, gradientSync: { overlap: false } });
  expect(patched.mesh).toEqual({ dp: 1 });
  expect(patched.gradientSync).toEqual({ bucketBytes: 60, overlap: false });
  expect(patched.model).toBe(SMALL.model);
  expect(SMALL).toEqual(before);
});

test("a field is named by its path, to set it and to read it", () => {
  expect(patchOf("gradientSync.bucketBytes", 4)).toEqual({ gradientSync: { bucketBytes: 4 } });
  expect(fieldOf(SMALL, "mesh.dp")).toBe(3);
  expect(fieldOf(SMALL, "mesh.none.deeper")).toBeUndefined();
});

test("the best option is the one that the engine finds, not one that is typed", () => {
  const exercise = { measure: "sentBytesPerDevice", field: "mesh.dp", options: [3, 1, 2] } as const;
  expect(measureOptions(SMALL, { ...exercise, goal: "least" })).toEqual([144, 0, 108]);
  expect(bestOption(SMALL, { ...exercise, goal: "least" })).toBe(1);
  expect(bestOption(SMALL, { ...exercise, goal: "most" })).toBe(3);
});

test("an option that cannot be run is refused in a sentence", () => {
  const exercise = { measure: "stepMs", goal: "least", field: "mesh.dp", options: [4] } as const;
  expect(() => measureOptions(SMALL, exercise)).toThrow("batch.global (6) must be divisible by mesh.dp (4)");
});
