/** What the text of the lesson claims, checked in its own scenes. */
import { beforeAll, describe, expect, test } from "vitest";
import { bestOf, settle, verdictOn } from "@/components/lesson/judge";
import { resolvePlace } from "@/components/lesson/place";
import { openLessonTest } from "@/components/lesson/testing";
import { type MeasureName, readMeasure } from "@/components/lesson/values";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { mistakeNamed } from "@/engine/mistakes";
import type { MemoryKind } from "@/engine/program";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario } from "@/engine/scenario";
import { criticalPath, type Span, spansOf } from "@/engine/trace";

let lesson: Awaited<ReturnType<typeof openLessonTest>>;
beforeAll(async () => {
  lesson = await openLessonTest("devices");
});

const value = (of: MeasureName, scene: string, rank = 0) => lesson.value(of, scene, rank);

/** Bytes of a kind that device 1 holds at a time. */
function bytesAt(scene: string, kind: MemoryKind, timeMs: number): number {
  const { atMs, bytes } = lesson.figure(scene).profiles[0];
  return bytes[atMs.findLastIndex((at) => at <= timeMs)][kind];
}

const placeOf = (stop: string) => {
  const found = lesson.script.stops.find(({ id }) => id === stop);
  if (!found) throw new Error(`no stop is called "${stop}"`);
  return resolvePlace(lesson.figure(found.scene).trace, found.place);
};

describe("what one device holds", () => {
  test("forward fills it with activations, backward empties it and makes gradients", () => {
    const [start, afterForward, inBackward, end] = [0, placeOf("forward").timeMs, placeOf("backward").timeMs, Infinity];
    const activations = [start, afterForward, inBackward, end].map((time) => bytesAt("one", "activations", time));
    expect(activations[0]).toBe(512 * 2 * 4); // the inputs
    expect(activations[1]).toBeGreaterThan(10 * value("parameterBytes", "one"));
    expect(activations[2]).toBeLessThan(activations[1] / 1.5);
    expect(activations[2]).toBeGreaterThan(0);
    expect(activations[3]).toBe(0);
    const gradients = [start, afterForward, inBackward, end].map((time) => bytesAt("one", "gradients", time));
    expect(gradients[1]).toBe(0);
    expect(gradients[2]).toBeGreaterThan(0);
    expect(gradients[2]).toBeLessThan(value("parameterBytes", "one"));
    expect(gradients[3]).toBe(0);
  });

  test("the activations peak while the last tanh runs, beside what goes into it, which is then freed", () => {
    const { trace, profiles } = lesson.figure("one");
    const peak = profiles[0].bytes.findIndex(({ activations }) => activations === value("peakActivationBytes", "one"));
    const tanh = spansOf(trace, 0).filter(({ instruction: { on } }) => on === "layers.3.tanh")[0];
    expect(profiles[0].atMs[peak]).toBe(tanh.startMs);
    const { buffers } = trace.program.ranks[0];
    expect(tanh.instruction.frees.map((id) => buffers[id].name)).toEqual(["layers.3#0"]);
    expect(tanh.endMs).toBeLessThan(placeOf("forward").timeMs);
  });

  test("backward takes about twice as long as forward", () => {
    const spent = (isForward: boolean) =>
      spansOf(lesson.figure("one").trace, 0, "compute")
        .filter(({ instruction: { action, op } }) => action && (op === "forward") === isForward && op !== "load")
        .reduce((total, { startMs, endMs }) => total + endMs - startMs, 0);
    expect(spent(false) / spent(true)).toBeGreaterThan(1.8);
    expect(spent(false) / spent(true)).toBeLessThan(2.1);
  });

  test("what Adam trains takes four times the parameters, and the kinds do not peak together", () => {
    expect(value("modelStateBytes", "one")).toBe(4 * value("parameterBytes", "one"));
    const kinds = [
      "peakParameterBytes",
      "optimizerBytes",
      "peakGradientBytes",
      "peakActivationBytes",
      "peakBufferBytes",
    ];
    const column = kinds.reduce((total, kind) => total + value(kind as MeasureName, "one"), 0);
    expect(value("peakBytes", "one")).toBeLessThan(column);
  });

  test("samples double activations and buffers, and nothing else; width does more to the parameters", () => {
    for (const of of ["activationBytes", "peakBufferBytes"] as const) {
      expect(value(of, "twice-the-samples") / value(of, "one")).toBeCloseTo(2, 2);
    }
    expect(value("modelStateBytes", "twice-the-samples")).toBe(value("modelStateBytes", "one"));
    expect(value("activationBytes", "twice-as-wide") / value("activationBytes", "one")).toBeCloseTo(2, 1);
    const growth = value("parameterBytes", "twice-as-wide") / value("parameterBytes", "one");
    expect(growth).toBeGreaterThan(3.8);
    expect(growth).toBeLessThan(4);
    expect(value("parameterBytes", "depth")).toBeGreaterThan(2 * value("parameterBytes", "as-it-is"));
  });

  test("micro-batches lower the peak by more than half, and cost less than a twentieth of the time", () => {
    expect(value("peakBytes", "parts")).toBeLessThan(value("peakBytes", "one") / 2);
    expect(value("stepMs", "parts")).toBeGreaterThan(value("stepMs", "one"));
    expect(value("stepMs", "parts")).toBeLessThan(1.05 * value("stepMs", "one"));
  });
});

test("a gradient that is not divided gets down faster in ten steps, and far from one device", async () => {
  await startNodeBackend("wasm");
  const mistake = lesson.script.mistakes.find(({ id }) => id === "break-counted");
  const scenario = parseScenario(mistake?.scenario);
  const { losses, parameter } = await checkProgram(scenario, mistakeNamed("counted-whole").make(scenario));
  expect(losses.at(-1)?.here).toBeLessThan(losses.at(-1)?.oneDevice as number);
  expect(parameter).toBeGreaterThan(0.01);
});

describe("where its time goes", () => {
  test("the product waits for arithmetic, tanh for memory, as their intensities say", () => {
    const balance = value("machineBalance", "time");
    expect(value("productIntensity", "time")).toBeGreaterThan(balance);
    expect(value("activationIntensity", "time")).toBeLessThan(balance);
    expect(value("productArithmeticMs", "time")).toBeGreaterThan(value("productTrafficMs", "time"));
    expect(value("productMs", "time")).toBeCloseTo(0.01 + value("productFlops", "time") / 1e6, 9);
    expect(value("activationMs", "time")).toBeCloseTo(0.01 + value("activationTraffic", "time") / 5e5, 9);
  });

  test("the stage closes in on just these two", () => {
    for (const [stop, of] of [
      ["product", "productMs"],
      ["tanh", "activationMs"],
    ] as const) {
      const [startMs, endMs] = placeOf(stop).windowMs;
      expect(endMs - startMs).toBeCloseTo(value(of, "time"), 9);
    }
  });

  test("on a fast device a small network is nearly all launch, and a wide one nearly all arithmetic", () => {
    expect(value("launchShare", "h100")).toBeGreaterThan(0.95);
    expect(value("utilisation", "h100")).toBeLessThan(0.01);
    expect(value("arithmeticShare", "h100-wide")).toBeGreaterThan(0.9);
    expect(value("utilisation", "h100-wide")).toBeGreaterThan(0.9);
    expect(lesson.figure("h100-wide").outOfMemory).toBeNull();
  });
});

describe("two devices", () => {
  test("one runs out of memory in backward, where the cursor stands, and no micro-batch would help", () => {
    const { outOfMemory } = lesson.figure("too-large");
    expect(outOfMemory?.atMs).toBe(placeOf("out-of-memory").timeMs);
    expect(value("modelStateBytes", "too-large")).toBeGreaterThan(value("capacityBytes", "too-large"));
    const loaded = value("parameterBytes", "too-large") + value("optimizerBytes", "too-large");
    expect(loaded).toBeLessThan(value("capacityBytes", "too-large"));
  });

  test("half of the layers each fits, with one message on the way forward", () => {
    expect(lesson.figure("two").outOfMemory).toBeNull();
    expect(value("messageBytes", "two")).toBe(64 * 384 * 4);
    expect(value("messageMs", "two")).toBeCloseTo(0.05 + (64 * 384 * 4) / 2e4, 9);
    expect(value("sentPpBytes", "two", 1)).toBe(value("messageBytes", "two"));
    // Two messages take half of what it saves that both optimizers run at the same time.
    const messagesMs = 2 * value("messageMs", "two");
    const savedMs = value("stepMs", "too-large") - value("stepMs", "two") + messagesMs;
    expect(messagesMs / savedMs).toBeGreaterThan(0.45);
    expect(messagesMs / savedMs).toBeLessThan(0.55);
  });

  test("all their work and messages decide how long the step is, but for the optimizer step of device 2", () => {
    const { trace } = lesson.figure("two");
    const nameOf = ({ rank, index }: Span) => `${rank} ${index}`;
    const path = new Set(criticalPath(trace).map(nameOf));
    const asides = [0, 1].flatMap((rank) =>
      spansOf(trace, rank)
        .filter((span) => span.endMs > span.startMs && span.instruction.op !== "recv" && !path.has(nameOf(span)))
        .map(({ instruction: { op } }) => `${rank} ${op}`),
    );
    // Its gradients' length is found right before, as a part of it.
    expect(new Set(asides)).toEqual(new Set(["1 sumSquares", "1 optimize"]));
  });

  test("in a row of eight the devices together wait longer than they work", () => {
    expect(value("idleShare", "row")).toBeGreaterThan(0.9);
  });

  test("of equal messages in a row of eight, the one between the nodes is slower", () => {
    const { trace, devices } = lesson.figure("row");
    expect(devices).toHaveLength(8);
    const forward = [0, 1, 2, 3, 4, 5, 6].map((rank) => readMeasure("messageMs", lesson.figure("row"), rank).amount);
    const bytes = [0, 1, 2, 3, 4, 5, 6].map((rank) => readMeasure("messageBytes", lesson.figure("row"), rank).amount);
    expect(new Set(bytes)).toEqual(new Set([value("messageBytes", "row")]));
    const inside = forward.filter((_, rank) => rank !== 3);
    for (const ms of inside) expect(ms).toBeCloseTo(inside[0], 9);
    expect(forward[3]).toBeCloseTo(4 * inside[0], 9);
    // The cursor stands in that message.
    const [startMs, endMs] = placeOf("between").windowMs;
    expect(endMs - startMs).toBeCloseTo(forward[3], 9);
    expect(placeOf("between").timeMs).toBeGreaterThan(startMs);
    expect(placeOf("between").timeMs).toBeLessThan(endMs);
    // At any time one works and the others wait: but for optimizer steps, which run beside the next backward.
    const work = devices.flatMap((_, rank) =>
      spansOf(trace, rank, "compute").filter(
        ({ instruction, startMs: from, endMs: to }) => instruction.action && to > from,
      ),
    );
    const ordered = [...work].sort((a, b) => a.startMs - b.startMs);
    const overlaps = ordered.filter((span, i) => i > 0 && span.startMs < ordered[i - 1].endMs - 1e-9);
    expect(overlaps.filter(({ instruction: { op } }) => op !== "load")).toEqual([]);
  });

  test("a message of twice the bytes is faster than two messages", () => {
    expect(value("messageBytes", "twice-the-message")).toBe(2 * value("messageBytes", "row"));
    expect(value("messageMs", "twice-the-message")).toBeLessThan(2 * value("messageMs", "row"));
  });

  test("each way for numbers is slower than the one before, on both machines", () => {
    for (const scene of ["classroom", "h100"]) {
      const ways = (["memoryBandwidth", "insideBandwidth", "betweenBandwidth"] as const).map((of) => value(of, scene));
      expect(ways).toEqual([...ways].sort((a, b) => b - a));
    }
    expect(value("insideBandwidth", "h100")).toBe(450e9);
    expect(value("betweenBandwidth", "h100")).toBe(400e9 / 8);
  });
});

test("what counts as a FLOP is said where the stage first counts some", () => {
  const { stops } = lesson.script;
  expect(stops.map(({ id }) => id).indexOf("stage")).toBe(0);
  expect(lesson.script.terms.indexOf("FLOP")).toBeLessThan(lesson.script.terms.indexOf("activations"));
});

test("the largest micro-batch that fits is not the whole batch, and it alone is right", () => {
  const stop = lesson.script.stops.find(({ id }) => id === "largest-part");
  if (stop?.kind !== "exercise") throw new Error("an exercise");
  const scenario = lesson.script.scenarios["largest-part"];
  const best = bestOf(scenario, stop.fields, stop.judge);
  const verdicts = stop.fields[0].options.map(
    (micro) => verdictOn(settle(scenario, { "batch.micro": micro }), stop.judge, best).kind,
  );
  expect(verdicts).toEqual(["not-yet", "not-yet", "right", "too-large"]);
  expect(lesson.figure("largest-part").outOfMemory).not.toBeNull();
  expect(value("peakBytes", "largest-part")).toBeGreaterThan(value("capacityBytes", "largest-part"));
});
