import fc from "fast-check";
import { expect, test } from "vitest";
import { allSettings, bestOf, isSet, type Judge, settle, verdictOn } from "./judge";
import { isTrue, OUTCOMES, outcomeOf } from "./predictions";
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

test("something of another kind replaces the whole", () => {
  const timed = patchScenario(SMALL, { costs: { kind: "hardware", preset: "classroom" } });
  expect(patchScenario(timed, { costs: { kind: "unit" } }).costs).toEqual({ kind: "unit" });
  expect(patchScenario(timed, { costs: { kind: "hardware", preset: "v100" } }).costs).toMatchObject({ preset: "v100" });
});

test("a guess is an outcome, or a number", () => {
  expect(isTrue("doubles", 4, 8)).toBe(true);
  expect(isTrue(8, 4, 8)).toBe(true);
  expect(isTrue(8.04, 4, 8)).toBe(true);
  expect(isTrue(7, 4, 8)).toBe(false);
  expect(isTrue(0, 4, 0)).toBe(true);
});

const judge: Judge = { measure: "sentBytesPerDevice", rank: 0, goal: "least", mustFit: false, within: 0 };
const devices = [{ field: "mesh.dp", label: "Devices", options: [3, 1, 2] }];

test("the best is what the engine finds, not what is typed; whatever reaches it is right", () => {
  expect(bestOf(SMALL, devices, judge)).toBe(0);
  expect(bestOf(SMALL, devices, { ...judge, goal: "most" })).toBe(144);
  expect(verdictOn(settle(SMALL, { "mesh.dp": 1 }), judge, 0)).toEqual({ kind: "right", amount: 0 });
  expect(verdictOn(SMALL, judge, 0)).toEqual({ kind: "not-yet", amount: 144 });
  expect(verdictOn(settle(SMALL, { "mesh.dp": 2 }), { ...judge, goal: "most", within: 0.25 }, 144).kind).toBe("right");
  expect(verdictOn(settle(SMALL, { "mesh.dp": 2 }), { ...judge, goal: "most", within: 0.24 }, 144).kind).toBe(
    "not-yet",
  );
});

test("several fields are tried in every combination", () => {
  const fields = [...devices, { field: "batch.micro", label: "Micro-batch", options: [1, 2] }];
  expect(allSettings(fields)).toHaveLength(6);
  expect(settle(SMALL, { "mesh.dp": 2, "batch.micro": 1 })).toMatchObject({
    mesh: { dp: 2 },
    batch: { global: 6, micro: 1 },
  });
});

test("an option can have a label, and set several numbers as one", () => {
  const layouts = [
    { label: "replicas", value: { dp: 3, pp: 1 } },
    { label: "a pipeline", value: { dp: 1, pp: 2 } },
  ];
  const fields = [{ field: "mesh", label: "Layout", options: layouts }];
  expect(allSettings(fields)).toEqual([{ mesh: { dp: 3, pp: 1 } }, { mesh: { dp: 1, pp: 2 } }]);
  expect(bestOf(SMALL, fields, judge)).toBe(0);
  const piped = settle(SMALL, { mesh: { dp: 1, pp: 2 } });
  expect(layouts.map(({ value }) => isSet(piped, "mesh", value))).toEqual([false, true]);
  expect([3, 1].map((dp) => isSet(SMALL, "mesh.dp", dp))).toEqual([true, false]);
});

test("a mark can be reached in any way", () => {
  expect(verdictOn(SMALL, { ...judge, goal: { atMost: 144 } }).kind).toBe("right");
  expect(verdictOn(SMALL, { ...judge, goal: { atMost: 143 } }).kind).toBe("not-yet");
  expect(verdictOn(SMALL, { ...judge, goal: { atLeast: 144 } }).kind).toBe("right");
});

test("what cannot be run is refused in a sentence, and does not count among the best", () => {
  const fields = [{ field: "mesh.dp", label: "Devices", options: [4, 3] }];
  const verdict = verdictOn(settle(SMALL, { "mesh.dp": 4 }), judge, 0);
  expect(verdict).toMatchObject({ kind: "refused" });
  expect((verdict as { sentence: string }).sentence).toContain("batch.global (6) must be divisible by mesh.dp (4)");
  expect(bestOf(SMALL, fields, judge)).toBe(144);
});

test("what does not fit is no answer where it must fit", () => {
  const large = patchScenario(SMALL, {
    model: { hidden: 2000, layers: 3 },
    costs: { kind: "hardware", preset: "classroom" },
  });
  const verdict = verdictOn(large, { ...judge, mustFit: true }, 0);
  expect(verdict.kind).toBe("too-large");
  expect((verdict as { bytes: number }).bytes).toBeGreaterThan(8e6);
  expect(verdictOn(large, judge, 0).kind).toBe("not-yet");
  expect(bestOf(large, devices, { ...judge, mustFit: true })).toBeNaN();
});

test("what goes beyond a limit is no answer, however good its measure is", () => {
  const limit = { measure: "parameterBytes", atMost: 100 } as const;
  expect(verdictOn(SMALL, { ...judge, goal: { atMost: 144 }, limit })).toEqual({
    kind: "over-limit",
    amount: 108,
    limit,
  });
  expect(verdictOn(SMALL, { ...judge, goal: { atMost: 144 }, limit: { ...limit, atMost: 108 } }).kind).toBe("right");
  expect(bestOf(SMALL, devices, { ...judge, limit })).toBeNaN();
});
