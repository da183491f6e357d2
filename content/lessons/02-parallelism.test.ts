/** What the text of the lesson claims, checked in its own scenes. */
import { beforeAll, describe, expect, test } from "vitest";
import { bestOf, settle, verdictOn } from "@/components/lesson/judge";
import { resolvePlace } from "@/components/lesson/place";
import { type Patch, patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { type MeasureName, readMeasure } from "@/components/lesson/values";
import { buildFigure } from "@/components/stage/state/figure";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { mistakeNamed } from "@/engine/mistakes";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario } from "@/engine/scenario";
import { idlesOf, spansOf, workAt } from "@/engine/trace";

let lesson: Awaited<ReturnType<typeof openLessonTest>>;
beforeAll(async () => {
  lesson = await openLessonTest("parallelism");
});

const value = (of: MeasureName, scene: string, rank = 0) => lesson.value(of, scene, rank);

const CUTS = ["data", "pipeline", "tensors", "zero"];

/** How many devices compute at a time. */
function working(scene: string, timeMs: number): number {
  const { trace, devices } = lesson.figure(scene);
  return devices.filter((_, rank) => workAt(trace, rank, timeMs)).length;
}

const placeOf = (stop: string) => {
  const found = lesson.script.stops.find(({ id }) => id === stop);
  if (!found) throw new Error(`no stop is called "${stop}"`);
  return resolvePlace(lesson.figure(found.scene).trace, found.place);
};

describe("one device", () => {
  test("runs out of memory where the cursor stands", () => {
    expect(lesson.figure("alone").outOfMemory?.atMs).toBe(placeOf("two-wishes").timeMs);
    expect(lesson.figure("alone").outOfMemory?.rank).toBe(0);
  });

  test("would fit in micro-batches, and not be faster", () => {
    const inParts = patchScenario(lesson.script.scenarios.alone, { batch: { global: 64, micro: 8 } });
    const { outOfMemory, trace } = buildFigure(parseScenario(inParts));
    expect(outOfMemory).toBeNull();
    expect(trace.stepMs).toBeGreaterThanOrEqual(value("stepMs", "alone"));
  });
});

describe("each cut", () => {
  test.each(CUTS)("%s fits, and four devices are faster than one and less than four times as fast", (scene) => {
    const { outOfMemory, devices } = lesson.figure(scene);
    expect(devices).toHaveLength(4);
    expect(outOfMemory).toBeNull();
    expect(value("speedUp", scene)).toBeGreaterThan(1);
    expect(value("speedUp", scene)).toBeLessThan(4);
    expect(value("speedUp", scene)).toBeCloseTo(value("stepMs", "alone") / value("stepMs", scene), 9);
  });

  test("data: passes take a quarter, activations are a quarter, model state is all there", () => {
    expect(value("passesMs", "data") / value("passesMs", "alone")).toBeCloseTo(1 / 4, 2);
    expect(value("activationBytes", "data") / value("activationBytes", "alone")).toBeCloseTo(1 / 4, 3);
    expect(value("modelStateBytes", "data")).toBe(value("modelStateBytes", "alone"));
    expect(value("exposedCommMs", "data")).toBeLessThan(0.1 * value("commMs", "data"));
  });

  test("data: the devices wait for messages only after backward, all of them as long", () => {
    const { trace, devices } = lesson.figure("data");
    const waits = devices.map((_, rank) => idlesOf(trace, rank));
    for (const idles of waits) {
      expect(idles).toHaveLength(1);
      expect(idles[0].startMs).toBeGreaterThan(value("passesMs", "data") - 1e-9);
    }
    for (const rank of [1, 2, 3]) {
      expect(value("exposedCommMs", "data", rank)).toBeCloseTo(value("exposedCommMs", "data"), 9);
    }
  });

  test("layers with the whole batch at once: slower than one device, and one works at a time", () => {
    expect(value("stepMs", "layers")).toBeGreaterThan(value("stepMs", "once-more"));
    const { stepMs } = lesson.figure("layers").trace;
    for (let i = 1; i < 200; i++) expect(working("layers", (stepMs * i) / 200)).toBeLessThanOrEqual(2);
    expect(value("idleShare", "layers")).toBeGreaterThan(0.75);
    expect(value("sentBytes", "layers")).toBeLessThan(value("sentBytes", "data") / 9);
  });

  test("pipeline: from where the cursor stands all work, and as many bytes travel in more messages", () => {
    const { timeMs } = placeOf("follow-each-other");
    expect(working("pipeline", timeMs - 0.01)).toBeLessThan(4);
    expect(working("pipeline", timeMs + 1)).toBe(4);
    expect(value("sentBytes", "pipeline")).toBe(value("sentBytes", "layers"));
    expect(value("stepMs", "pipeline")).toBeLessThan(value("stepMs", "layers") / 2);
    // It keeps as much, and holds an eighth of what is there for a moment only.
    const kept = (scene: string, rank: number) => {
      const { trace, profiles } = lesson.figure(scene);
      const { timeMs } = resolvePlace(trace, { at: "middle", of: "idle", rank });
      return profiles[rank].bytes[profiles[rank].atMs.findLastIndex((at) => at <= timeMs)].activations;
    };
    for (const rank of [0, 1, 2]) expect(kept("pipeline", rank)).toBe(kept("layers", rank));
    expect(value("activationBytes", "pipeline", 3)).toBe(value("activationBytes", "layers", 3));
    for (const rank of [0, 1, 2, 3]) {
      expect(value("peakBufferBytes", "pipeline", rank) / value("peakBufferBytes", "layers", rank)).toBeCloseTo(
        1 / 8,
        3,
      );
    }
    expect(value("fullestBytes", "pipeline")).toBeLessThan(value("fullestBytes", "layers"));
    // Device 1 has its longest wait where its forward is over and its backward has not begun.
    const longest = idlesOf(lesson.figure("pipeline").trace, 0).reduce((a, b) =>
      b.endMs - b.startMs > a.endMs - a.startMs ? b : a,
    );
    const workOn = (at: number) => workAt(lesson.figure("pipeline").trace, 0, at)?.instruction.action;
    expect(workOn(longest.startMs - 1e-6)).toMatchObject({ kind: "F", microbatch: 7 });
    expect(workOn(longest.endMs + 1e-6)).toMatchObject({ kind: "B" });
    // Filling and emptying a pipeline of four with eight micro-batches is most of what is idle.
    expect(3 / (8 + 3) / value("idleShare", "pipeline")).toBeGreaterThan(0.8);
  });

  test("tensors: model state almost evenly, activations in part; two sums a block each way; the most bytes", () => {
    const share = value("modelStateBytes", "tensors") / value("modelStateBytes", "alone");
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.27);
    const activations = value("activationBytes", "tensors") / value("activationBytes", "alone");
    expect(activations).toBeGreaterThan(0.3);
    expect(activations).toBeLessThan(0.6);
    const { trace } = lesson.figure("tensors");
    const sums = trace.program.ranks[0].instructions.filter(
      ({ op, on }) => op === "allReduce" && /blocks\.2\./.test(on),
    );
    expect(sums.filter(({ action }) => action?.kind === "F")).toHaveLength(2);
    expect(sums).toHaveLength(4);
    const onSums = trace.program.ranks[0].instructions.filter(({ op }) => op === "allReduce").map(({ on }) => on);
    const isInBlock = (on: string) => /^(d\()?blocks\./.test(on);
    expect(isInBlock(onSums[0])).toBe(false);
    const ends = onSums.filter((on) => !isInBlock(on));
    expect(ends.length).toBeGreaterThanOrEqual(3);
    expect(ends.length).toBeLessThan(8);
    for (const other of CUTS) expect(value("sentBytes", "tensors")).toBeGreaterThanOrEqual(value("sentBytes", other));
    expect(working("tensors", placeOf("tensors-travel").timeMs)).toBe(0);
  });

  test("ZeRO: half as many bytes again as data parallelism, and less held", () => {
    expect(value("sentBytes", "zero") / value("sentBytes", "data")).toBeCloseTo(1.5, 2);
    expect(value("fullestBytes", "zero")).toBeLessThan(value("fullestBytes", "data"));
    expect(value("modelStateBytes", "zero") / value("modelStateBytes", "data")).toBeCloseTo(1 / 4, 2);
    expect(value("exposedCommMs", "zero")).toBeLessThan(value("commMs", "zero") / 2);
    expect(value("stepMs", "zero")).toBeLessThan(1.1 * value("stepMs", "data"));
  });

  test("only the layers go in micro-batches; with as many, the tensors hold the least, and send as much as before", () => {
    for (const scene of CUTS) expect(value("microbatches", scene)).toBe(scene === "pipeline" ? 8 : 1);
    expect(value("microbatches", "cut-tensors-parts")).toBe(8);
    expect(value("sentBytes", "cut-tensors-parts")).toBe(value("sentBytes", "tensors"));
    for (const scene of CUTS.filter((name) => name !== "tensors")) {
      const { batch, mesh } = lesson.figure(scene).scenario;
      const inEight = { batch: { global: batch.global, micro: batch.global / mesh.dp / 8 } };
      const figure = buildFigure(parseScenario(patchScenario(lesson.script.scenarios[scene], inEight)));
      expect(readMeasure("microbatches", figure).amount).toBe(8);
      expect(value("fullestBytes", "cut-tensors-parts")).toBeLessThan(readMeasure("fullestBytes", figure).amount);
      expect(value("fullestBytes", "cut-tensors-parts")).toBeLessThan(value("fullestBytes", scene));
    }
  });

  test("ZeRO: only when it cuts the parameters, too, does it send more", () => {
    const sent = [1, 2, 3].map(
      (zero) =>
        readMeasure("sentBytes", buildFigure(parseScenario(patchScenario(lesson.script.scenarios.zero, { zero }))))
          .amount,
    );
    expect(sent[0] / value("sentBytes", "data")).toBeCloseTo(1, 2);
    expect(sent[1] / value("sentBytes", "data")).toBeCloseTo(1, 2);
    expect(sent[2]).toBe(value("sentBytes", "zero"));
  });

  test("no row of the table wins everywhere", () => {
    for (const of of ["stepMs", "fullestBytes", "sentBytes", "idleShare"] as const) {
      const amounts = CUTS.map((scene) => value(of, scene));
      const best = CUTS[amounts.indexOf(Math.min(...amounts))];
      expect(best).toBe(of === "stepMs" || of === "idleShare" ? "data" : "pipeline");
    }
  });

  test("wider layers favour the tensors, more samples the data, slow links the layers", () => {
    const efficiency = (scene: string, patch: Patch) =>
      readMeasure("efficiency", buildFigure(parseScenario(patchScenario(lesson.script.scenarios[scene], patch))))
        .amount;
    const wider = { model: { hidden: 128 } };
    expect(efficiency("tensors", wider)).toBeGreaterThan(1.2 * value("efficiency", "tensors"));
    const more = { batch: { global: 128 } };
    expect(efficiency("data", more)).toBeGreaterThan(value("efficiency", "data"));
    // No machine has slower links only; the fewest bytes suffer least.
    for (const scene of CUTS) expect(value("sentBytes", "pipeline")).toBeLessThanOrEqual(value("sentBytes", scene));
  });

  test("the switch shows the same clusters as the scenes", () => {
    for (const [option, scene] of [
      ["cut-nothing", "alone"],
      ["cut-data", "data"],
      ["cut-layers", "pipeline"],
      ["cut-tensors", "tensors"],
      ["cut-copies", "zero"],
    ]) {
      expect(lesson.script.scenarios[option]).toEqual({ ...lesson.script.scenarios[scene], mesh: expect.anything() });
      expect(value("stepMs", option)).toBe(value("stepMs", scene));
    }
  });
});

describe("more devices", () => {
  test("eight with the data cut are slower than four: their messages leave the node", () => {
    expect(value("speedUp", "two-nodes")).toBeLessThan(value("speedUp", "leaks"));
    expect(value("passesMs", "two-nodes") / value("passesMs", "leaks")).toBeCloseTo(1 / 2, 1);
    expect(value("commMs", "two-nodes")).toBeGreaterThan(4 * value("commMs", "leaks"));
  });

  test("eight cut in three directions are faster than eight with the data cut, no faster than four, and hold the least", () => {
    expect(value("speedUp", "all-at-once")).toBeGreaterThan(value("speedUp", "two-nodes"));
    expect(value("speedUp", "all-at-once")).toBeLessThanOrEqual(value("speedUp", "data"));
    expect(value("speedUp", "all-at-once")).toBeGreaterThan(0.9 * value("speedUp", "data"));
    for (const scene of CUTS) expect(value("fullestBytes", "all-at-once")).toBeLessThan(value("fullestBytes", scene));
  });

  test("there the pipeline alone crosses the nodes, sends the least, and does so at the cursor", () => {
    const { scenario } = lesson.figure("all-at-once");
    for (const more of ["sentTpBytes", "sentDpBytes"] as const) {
      expect(value(more, "all-at-once")).toBeGreaterThan(value("sentPpBytes", "all-at-once"));
    }
    const { asked, rank } = placeOf("combine");
    expect(rank).toBe(0);
    expect(asked?.stream).toBe("comm");
    expect(scenario.mesh.tp * scenario.mesh.dp).toBe(value("devicesPerNode", "all-at-once"));
    // Nothing is on its way back yet.
    const { trace, devices } = lesson.figure("all-at-once");
    const begun = devices.flatMap((_, one) =>
      spansOf(trace, one).filter(({ startMs }) => startMs <= placeOf("combine").timeMs),
    );
    expect(begun.length).toBeGreaterThan(0);
    expect(begun.every(({ instruction: { action } }) => action?.kind === "F")).toBe(true);
  });
});

test("the wider model is best cut between its layers alone; more samples on each device do not make it fit", () => {
  const stop = lesson.script.stops.find(({ id }) => id === "cut-the-wider");
  if (stop?.kind !== "exercise") throw new Error("an exercise");
  const scenario = lesson.script.scenarios["cut-the-wider"];
  const best = bestOf(scenario, stop.fields, stop.judge);
  const verdict = (dp: number, pp: number, tp: number) =>
    verdictOn(settle(scenario, { "mesh.dp": dp, "mesh.pp": pp, "mesh.tp": tp }), stop.judge, best).kind;
  expect(verdict(1, 2, 1)).toBe("right");
  expect(verdict(1, 1, 1)).toBe("too-large");
  expect(verdict(2, 1, 1)).toBe("too-large");
  expect(verdict(1, 1, 2)).toBe("not-yet");
  expect(verdict(2, 2, 2)).toBe("not-yet");
  // As the hint says: the pipeline waits for about one micro-batch in sixteen, and the tensors for more.
  const idle = (dp: number, pp: number, tp: number) =>
    readMeasure(
      "idleShare",
      buildFigure(parseScenario(settle(scenario, { "mesh.dp": dp, "mesh.pp": pp, "mesh.tp": tp }))),
    ).amount;
  expect(1 / 17 / idle(1, 2, 1)).toBeGreaterThan(0.75);
  expect(idle(1, 1, 2)).toBeGreaterThan(1.5 * idle(1, 2, 1));
  for (const [dp, pp, tp] of [
    [2, 2, 1],
    [2, 1, 2],
    [1, 2, 2],
    [2, 2, 2],
  ]) {
    expect(idle(dp, pp, tp)).toBeGreaterThan(idle(1, 1, 2));
  }
});

test("what is asked about two devices with the tensors cut is asked of a step that fits, and the stage shows the one device's", () => {
  expect(lesson.figure("efficiency-of-two").outOfMemory).toBeNull();
  expect(value("oneDeviceMs", "efficiency-of-two")).toBe(value("stepMs", "practice"));
});

test("wherever the layers are cut into micro-batches, all forwards come first", () => {
  for (const [scene, scenario] of Object.entries(lesson.script.scenarios)) {
    const { mesh, schedule } = parseScenario(scenario);
    if (mesh.pp > 1 && value("microbatches", scene) > 1) expect(schedule.kind, scene).toBe("gpipe");
  }
});

test("how many parts a batch is passed on in does not change its bytes", () => {
  expect(value("sentPpBytes", "bytes-at-a-border")).toBe(96 * 8 * 64 * 4);
});

test("four devices with the same samples lag behind one device, as far as the break-it trains", async () => {
  await startNodeBackend("wasm");
  const trial = lesson.script.mistakes.find(({ id }) => id === "break-same-data");
  if (!trial) throw new Error("a mistake");
  const scenario = parseScenario(trial.scenario);
  const { losses } = await checkProgram(scenario, mistakeNamed(trial.mistake).make(scenario));
  for (const { here, oneDevice } of losses.slice(1)) expect(here).toBeGreaterThan(oneDevice);
  expect(losses[losses.length - 1].here).toBeGreaterThan(1.1 * losses[losses.length - 1].oneDevice);
});
