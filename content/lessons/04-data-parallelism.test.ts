/** What the lesson on data parallelism claims, beyond what its values say. */
import { beforeAll, describe, expect, test } from "vitest";
import { resolvePlace } from "@/components/lesson/place";
import { patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { readMeasure } from "@/components/lesson/values";
import { buildFigure } from "@/components/stage/state/figure";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { sum } from "@/engine/base/range";
import { mistakeNamed } from "@/engine/mistakes";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario } from "@/engine/scenario";
import { spansOf } from "@/engine/trace";

const { value, figure, script } = await openLessonTest("data-parallelism");

test("the one device is that of the first lesson, to the millisecond", async () => {
  const first = await openLessonTest("devices");
  expect(value("stepMs", "one")).toBe(first.figure(first.script.stops[0].scene).trace.stepMs);
});

test("only what grows with the samples is divided", () => {
  expect(value("modelStateBytes", "many")).toBe(value("modelStateBytes", "one"));
  expect(value("activationBytes", "many") / value("activationBytes", "one")).toBeCloseTo(1 / 4, 2);
});

test("a ring sends in all what a root would receive and send", () => {
  expect(value("sentBytesTotal", "many")).toBeCloseTo(2 * value("rootBytes", "many"), -2);
});

test("twice the devices compute half as long, send hardly more, and wait for the links between nodes", () => {
  const ratio = (of: Parameters<typeof value>[0]) => value(of, "twice-the-devices") / value(of, "many");
  expect(value("numDevices", "twice-the-devices")).toBe(2 * value("devicesPerNode", "many"));
  expect(ratio("passesMs")).toBeCloseTo(1 / 2, 1);
  expect(ratio("sentBytesPerDevice")).toBeLessThan(1.2);
  expect(ratio("commMs")).toBeGreaterThan(5);
  // The ring leaves each node through one link only.
  const { trace } = figure("twice-the-devices");
  const nodeOf = (rank: number) => Math.floor(rank / value("devicesPerNode", "many"));
  const leaving = trace.program.ranks.map((_, rank) => rank).filter((rank) => nodeOf(rank) !== nodeOf((rank + 1) % 8));
  expect(leaving.map(nodeOf)).toEqual([0, 1]);
});

test("without overlap the same messages are all exposed", () => {
  expect(value("commMs", "without-overlap")).toBeCloseTo(value("commMs", "many"), 9);
  expect(value("exposedCommMs", "without-overlap")).toBeCloseTo(value("commMs", "many"), 9);
  expect(value("sentBytesPerDevice", "without-overlap")).toBe(value("sentBytesPerDevice", "many"));
});

test("a batch that grows with the devices hides more of the messages", () => {
  expect(value("samplesPerDevice", "grow")).toBe(value("globalBatch", "one"));
  expect(value("gradientBytes", "grow")).toBe(value("gradientBytes", "many"));
  expect(value("idleShare", "grow")).toBeLessThan(value("idleShare", "many"));
});

test("with as many samples on each device as before, eight hold as much as one does", () => {
  const peaks = [1, 8].map((dp) => {
    const kept = patchScenario(script.scenarios["too-wide"], { mesh: { dp }, batch: { global: 512 * dp } });
    return readMeasure("peakBytes", buildFigure(parseScenario(kept))).amount;
  });
  expect(value("globalBatch", "too-wide")).toBe(512);
  expect(peaks).toEqual([value("peakBytes", "too-wide"), value("peakBytes", "too-wide")]);
});

test("several micro-batches on a device are averaged in one all-reduce, not in one each", () => {
  const inFour = patchScenario(script.scenarios.many, { batch: { micro: 32 } });
  const sent = readMeasure("sentBytesPerDevice", buildFigure(parseScenario(inFour))).amount;
  expect(sent).toBe(value("sentBytesPerDevice", "many"));
});

test("a model that does not fit on one device fits on none of eight, which run out of memory in backward", () => {
  const failsAt = (scene: string) => {
    const { outOfMemory, trace } = figure(scene);
    return trace.program.ranks[0].instructions[outOfMemory?.index ?? 0].op;
  };
  for (const scene of ["too-wide", "eight-to-the-rescue"]) {
    expect(value("modelStateBytes", scene)).toBeGreaterThan(value("capacityBytes", scene));
    expect(figure(scene).outOfMemory, scene).not.toBeNull();
  }
  expect(failsAt("too-wide")).toBe("forward");
  expect(failsAt("eight-to-the-rescue")).toBe("weightGrad");
  // The cursor stands where the one device fails.
  const stop = script.stops.find(({ id }) => id === "does-not-fit");
  if (!stop) throw new Error("a stop");
  expect(resolvePlace(figure("too-wide").trace, stop.place).timeMs).toBe(figure("too-wide").outOfMemory?.atMs);
});

describe("broken", () => {
  beforeAll(() => startNodeBackend("wasm"));

  const broken = (id: string) => {
    const trial = script.mistakes.find((one) => one.id === id);
    if (!trial) throw new Error("a mistake");
    const scenario = parseScenario(trial.scenario);
    return checkProgram(scenario, mistakeNamed(trial.mistake).make(scenario));
  };

  test("without all-reduces the loss hardly tells, but the copies and the one device do", async () => {
    const { losses, replicas, parameter } = await broken("break-all-reduce");
    for (const { here, oneDevice } of losses) expect(Math.abs(here - oneDevice)).toBeLessThan(0.03);
    // A step's loss is that before its update, and all copies begin equal.
    const [first, second, , fourth] = losses.map(({ here, oneDevice }) => Math.abs(here - oneDevice));
    expect(first).toBe(0);
    expect(second).toBeLessThan(1e-4);
    expect(fourth).toBeGreaterThan(0.01);
    expect(losses.at(-1)?.here).toBeLessThan(losses[0].here);
    expect(replicas).toBeGreaterThan(0.05);
    expect(parameter).toBeGreaterThan(0.05);
  });

  test("a sum for an average goes down faster for a while, and then too far", async () => {
    const { losses, parameter } = await broken("break-average");
    expect(losses[4].here).toBeLessThan(losses[4].oneDevice);
    expect(losses[9].here).toBeGreaterThan(losses[9].oneDevice);
    expect(parameter).toBeGreaterThan(0.05);
  });

  test("Adam hides a sum for an average; the norm of the gradient shows it, and clipping begins too early", async () => {
    const checked = (clip?: number) => {
      const optimizer = { kind: "adamw", lr: 0.01, ...(clip && { clip }) } as const;
      const scenario = parseScenario(patchScenario(script.scenarios.many, { steps: 5, optimizer }));
      return checkProgram(scenario, mistakeNamed("sum-not-mean").make(scenario));
    };
    const [hidden, clipped] = [await checked(), await checked(2)];
    for (const { here, oneDevice } of hidden.losses) expect(Math.abs(here - oneDevice)).toBeLessThan(0.002);
    expect(hidden.gradNorm).toBeGreaterThan(1);
    expect(clipped.parameter).toBeGreaterThan(1.2 * hidden.parameter);
  });
});

test("the first bucket holds the gradients of the last two layers, each other one those of one", () => {
  const { groups } = figure("many").trace.program.ranks[0];
  const layersOf = (parameters: readonly string[]) => [...new Set(parameters.map((name) => name.split(".")[1]))];
  expect(groups.map(({ parameters }) => layersOf(parameters))).toEqual([["4", "3"], ["2"], ["1"], ["0"]]);
});

test("where a layer's backward is short, a bucket of four layers beats that of one, and that of all", () => {
  const figures = [256, 16384, 65536, 262144].map((bucketBytes) =>
    buildFigure(parseScenario(patchScenario(script.scenarios["bucket-size"], { gradientSync: { bucketBytes } }))),
  );
  const [tiny, layer, four, all] = figures.map((one) => readMeasure("stepMs", one).amount);
  expect(four).toBeLessThan(Math.min(layer, all) - 1);
  expect(layer).toBeLessThan(tiny);
  // What the hint says: what a bucket holds, what another one costs, and how much of the computing is backward.
  const layersOf = (parameters: readonly string[]) => new Set(parameters.map((name) => name.split(".")[1])).size;
  const held = figures.map(({ trace }) => trace.program.ranks[0].groups.map(({ parameters }) => layersOf(parameters)));
  expect(held[0].every((layers) => layers === 1)).toBe(true);
  expect([held[1][1], held[2][1], held[3]]).toEqual([1, 4, [13]]);
  const roundsMs = value("ringSteps", "bucket-size") * value("insideLatencyMs", "bucket-size");
  for (const one of figures) {
    const more = readMeasure("bucketCount", one).amount - 1;
    expect(readMeasure("commMs", one).amount).toBeCloseTo(value("commMs", "bucket-size") + more * roundsMs, 6);
  }
  expect(backwardShare("bucket-size")).toBeCloseTo(2 / 3, 1);
});

const backwardShare = (scene: string) => {
  const passes = spansOf(figure(scene).trace, 0, "compute").filter(({ instruction }) => instruction.action);
  const msOf = (some: typeof passes) => sum(some.map(({ startMs, endMs }) => endMs - startMs));
  return 1 - msOf(passes.filter(({ instruction }) => instruction.action?.kind === "F")) / msOf(passes);
};

test("two bounds find the number of devices: all computing, and forward with all messages after it", () => {
  const computingMs = value("passesMs", "how-many-devices");
  expect(backwardShare("how-many-devices")).toBeCloseTo(2 / 3, 1);
  const devices = [2, 4, 8, 16];
  const bounds = devices.map((dp) => {
    const one = buildFigure(parseScenario(patchScenario(script.scenarios["how-many-devices"], { mesh: { dp } })));
    const commMs = readMeasure("commMs", one).amount;
    if (dp < 16)
      expect(commMs).toBeCloseTo(value("commMs", dp === 8 ? "twice-the-devices" : "many"), dp === 2 ? -1 : 6);
    // With sixteen: the rounds are 16 more for each bucket.
    const eight = value("commMs", "twice-the-devices");
    const more = 16 * value("bucketCount", "twice-the-devices") * value("betweenLatencyMs", "twice-the-devices");
    if (dp === 16) expect(commMs).toBeGreaterThan(eight + more);
    const bound = Math.max(computingMs / dp, computingMs / dp / 3 + (dp === 16 ? eight + more : commMs));
    expect(readMeasure("stepMs", one).amount).toBeGreaterThan(bound * 0.98);
    return bound;
  });
  expect(devices[bounds.indexOf(Math.min(...bounds))]).toBe(8);
});
