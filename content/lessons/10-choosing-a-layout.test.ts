/** What the lesson on the memory ledger claims. */
import { expect, test } from "vitest";
import { allSettings, settle, verdictOn } from "@/components/lesson/judge";
import { type Patch, patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { type MeasureName, readMeasure } from "@/components/lesson/values";
import { buildFigure } from "@/components/stage/state/figure";
import { parseScenario } from "@/engine/scenario";

const { value, figure, script } = await openLessonTest("choosing-a-layout");

const valueWith = (of: MeasureName, scene: string, patch: Patch): number =>
  readMeasure(of, buildFigure(parseScenario(patchScenario(script.scenarios[scene], patch))), 0).amount;

test("sixteen bytes a parameter: four, four and eight; the formula ties the embedding and has no last layer norm", () => {
  for (const scene of ["ledger", "large"]) {
    expect(value("parameterBytesEach", scene)).toBe(4);
    expect(value("gradientBytesEach", scene)).toBe(4);
    expect(value("optimizerBytesEach", scene)).toBeCloseTo(8, 6);
    expect(value("stateBytesEach", scene)).toBeCloseTo(16, 6);
    const rest = value("modelParameters", scene) - value("formulaParameters", scene);
    expect(rest).toBe(value("vocabulary", scene) * value("hidden", scene) + 2 * value("hidden", scene));
  }
});

test("twice the heads: a few more activations, and the same state", () => {
  const added = value("activationBytes", "twice-the-heads") - value("activationBytes", "ledger");
  // Probabilities of four heads more: layers x samples x heads x tokens x tokens, four bytes each.
  expect(added).toBe(4 * 16 * 4 * 8 * 8 * 4);
  expect(value("modelStateBytes", "twice-the-heads")).toBe(value("modelStateBytes", "ledger"));
});

test("about 6 FLOPs a parameter and token, 8 with full recompute; then the hardware is as busy, and MFU falls", () => {
  expect(value("flopsEach", "too-much")).toBeCloseTo(6, 0);
  expect(value("flopsEach", "compute-again")).toBeCloseTo(8, 0);
  const ratio = (of: "utilisation" | "modelUtilisation") => value(of, "compute-again") / value(of, "too-much");
  expect(ratio("utilisation")).toBeCloseTo(1, 2);
  expect(ratio("modelUtilisation")).toBeCloseTo(3 / 4, 1);
});

test("64 samples do not fit at once, and the device is full before forward ends", () => {
  const { outOfMemory, trace } = figure("too-much");
  expect(outOfMemory).not.toBeNull();
  expect(outOfMemory?.atMs).toBeLessThan(trace.stepMs / 3);
  expect(value("modelStateBytes", "too-much")).toBeLessThan(value("capacityBytes", "too-much") / 2);
  expect(figure("in-parts").outOfMemory).toBeNull();
  expect(value("fullestBytes", "in-parts")).toBeLessThan(value("fullestBytes", "too-much") / 2);
  expect(value("stepMs", "in-parts") / value("stepMs", "too-much")).toBeLessThan(1.02);
  expect(value("peakActivationBytes", "too-much") / value("peakActivationBytes", "in-parts")).toBeCloseTo(4, 6);
});

test("full recompute: a step of four parts for three, and it fits; selective saves little here", () => {
  expect(value("stepMs", "compute-again") / value("stepMs", "too-much")).toBeCloseTo(4 / 3, 1);
  expect(figure("compute-again").outOfMemory).toBeNull();
  expect(figure("recompute-selective").outOfMemory).not.toBeNull();
  const saved = 1 - value("peakActivationBytes", "recompute-selective") / value("peakActivationBytes", "too-much");
  expect(saved).toBeGreaterThan(0);
  expect(saved).toBeLessThan(0.05);
});

test("the larger model's state overflows a device before the first sample", () => {
  expect(value("modelStateBytes", "too-large")).toBeGreaterThan(value("capacityBytes", "too-large"));
  expect(figure("too-large").outOfMemory).not.toBeNull();
  // It nearly fits: without the optimizer state there is room.
  expect(value("parameterBytes", "too-large") + value("gradientBytes", "too-large")).toBeLessThan(
    0.8 * value("capacityBytes", "too-large"),
  );
  expect(value("modelParameters", "too-large") / value("modelParameters", "ledger")).toBeGreaterThan(3);
});

test("the path: plain replicas overflow, ZeRO-1 fits, a cut replica holds an eighth of the state, or a little more", () => {
  expect(figure("path-replicas").outOfMemory).not.toBeNull();
  for (const option of ["path-shared", "path-cut", "path-activations", "path-rest"]) {
    expect(figure(option).outOfMemory, option).toBeNull();
  }
  const share = value("modelStateBytes", "path-cut") / value("modelStateBytes", "too-large");
  expect(share).toBeGreaterThan(1 / 8);
  expect(share).toBeLessThan(1 / 7);
  const kept = value("peakActivationBytes", "path-activations") / value("peakActivationBytes", "path-cut");
  expect(kept).toBeLessThan(0.5);
});

test("ZeRO-1 fits; two stages of four replicas take less than half the time, and send less than half along dp", () => {
  expect(figure("eight").outOfMemory).toBeNull();
  expect(figure("replicas-or-stages").outOfMemory).toBeNull();
  expect(value("stepMs", "replicas-or-stages") / value("stepMs", "eight")).toBeLessThan(0.5);
  expect(value("sentDpBytes", "replicas-or-stages") / value("sentDpBytes", "eight")).toBeLessThan(0.5);
  expect(value("sentPpBytes", "replicas-or-stages")).toBeLessThan(value("sentDpBytes", "replicas-or-stages") / 10);
});

test("of the layouts, only plain replicas overflow; the cube computes most, ZeRO-3 sends most", () => {
  const options = ["layout-zero-3", "layout-tensor", "layout-cube"];
  expect(figure("layout-replicas").outOfMemory).not.toBeNull();
  for (const option of options) expect(figure(option).outOfMemory, option).toBeNull();
  for (const option of ["layout-replicas", "layout-zero-3", "layout-tensor"]) {
    expect(value("busyShare", "layout-cube")).toBeGreaterThan(value("busyShare", option));
  }
  for (const option of ["layout-tensor", "layout-cube"]) {
    expect(value("sentBytes", "layout-zero-3")).toBeGreaterThan(value("sentBytes", option));
  }
});

test("at full size sharing everything is faster than sharing the optimizer state, and mostly activations remain", () => {
  expect(figure("large").outOfMemory).not.toBeNull();
  for (const option of ["large-zero-1", "large-zero-3"]) expect(figure(option).outOfMemory, option).toBeNull();
  expect(value("stepMs", "large-zero-3")).toBeLessThan(value("stepMs", "large-zero-1"));
  expect(value("exposedCommMs", "large-zero-1")).toBeGreaterThan(value("exposedCommMs", "large-zero-3"));
  expect(value("peakActivationBytes", "large-zero-3")).toBeGreaterThan(value("fullestBytes", "large-zero-3") / 2);
});

test("for the small model ZeRO-3 is slower than ZeRO-1, with two micro-batches; the large one has a single one", () => {
  expect(value("stepMs", "layout-zero-3")).toBeGreaterThan(value("stepMs", "eight"));
  expect(value("microbatches", "eight")).toBe(2);
  expect(value("microbatches", "large-zero-3")).toBe(1);
});

test("with m micro-batches ZeRO-3 sends 3m, where ZeRO-1 sends 2", () => {
  const sent = (zero: number, m: number) =>
    valueWith("sentBytes", "eight", { zero, batch: { global: 8 * m, micro: 1 } });
  for (const m of [1, 2, 4]) expect(sent(3, m) / sent(1, m)).toBeCloseTo((3 * m) / 2, 1);
});

test("stored scores grow with the square of the sequence; without them activations grow with the sequence", () => {
  const peak = (recompute: "none" | "selective", seq: number) =>
    valueWith("peakActivationBytes", "large", { recompute, model: { seq } });
  expect(peak("selective", 4096) / peak("selective", 2048)).toBeCloseTo(2, 1);
  expect(peak("none", 4096) / peak("none", 2048)).toBeGreaterThan(2.5);
  // The same numbers of state, far fewer of activations.
  expect(peak("selective", 2048)).toBeLessThan(0.6 * peak("none", 2048));
});

test("the large exercise: full recompute always fits and is too slow; the mark is a twentieth above the best", () => {
  const run = (zero: number, micro: number, recompute: "selective" | "full") =>
    buildFigure(parseScenario(patchScenario(script.scenarios["fit-large"], { zero, batch: { micro }, recompute })));
  for (const zero of [1, 3]) {
    for (const micro of [2, 4]) {
      const { outOfMemory, trace } = run(zero, micro, "full");
      expect(outOfMemory).toBeNull();
      expect(trace.stepMs).toBeGreaterThan(2560);
    }
  }
  const best = run(3, 2, "selective");
  expect(best.outOfMemory).toBeNull();
  expect(2560).toBeLessThanOrEqual(best.trace.stepMs * 1.05);
  expect(2560).toBeGreaterThan(best.trace.stepMs);
  expect(run(3, 4, "selective").outOfMemory).not.toBeNull();
});

test("your turn: what was best above no longer fits; two layouts reach the mark, and the cube does not", () => {
  const stop = script.stops.find(({ id }) => id === "fit-eight");
  if (stop?.kind !== "exercise") throw new Error("fit-eight is an exercise");
  const { atMost } = stop.judge.goal as { atMost: number };
  const verdicts = allSettings(stop.fields).map((settings) => ({
    settings,
    verdict: verdictOn(settle(script.scenarios["fit-eight"], settings), stop.judge),
  }));
  const times = verdicts.flatMap(({ verdict }) => ("amount" in verdict ? [verdict.amount] : []));
  const fastest = Math.min(...times);
  expect(atMost).toBeLessThanOrEqual(1.04 * fastest);
  expect(atMost).toBeGreaterThan(1.03 * fastest);

  const right = verdicts.filter(({ verdict }) => verdict.kind === "right").map(({ settings }) => settings.mesh);
  expect(new Set(right.map((mesh) => JSON.stringify(mesh)))).toEqual(
    new Set(
      [
        { dp: 2, pp: 4, tp: 1 },
        { dp: 1, pp: 4, tp: 2 },
      ].map((mesh) => JSON.stringify(mesh)),
    ),
  );
  const tooLarge = { mesh: { dp: 4, pp: 2, tp: 1 }, zero: 1, "batch.micro": 4 };
  expect(verdictOn(settle(script.scenarios["fit-eight"], tooLarge), stop.judge).kind).toBe("too-large");
}, 60_000);
