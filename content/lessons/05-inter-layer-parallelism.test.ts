/** What the lesson on inter-layer model parallelism claims. */
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { bestOf } from "@/components/lesson/judge";
import { patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { watchCut } from "@/components/lesson/watchCut";
import { buildFigure } from "@/components/stage/state/figure";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { sum } from "@/engine/base/range";
import { mistakeNamed } from "@/engine/mistakes";
import { bufferBytes, validateProgram } from "@/engine/program";
import { openScenario, trainAndCompare } from "@/engine/reference/compare";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { type Span, spansOf } from "@/engine/trace";
import { interLayerParallelism, layersInTurn } from "../scenarios/inter-layer-parallelism";

const { value, figure, script } = await openLessonTest("inter-layer-parallelism");

const opsOf = (scene: string, rank: number, ...ops: string[]): Span[] =>
  spansOf(figure(scene).trace, rank).filter(({ instruction }) => ops.includes(instruction.op));
const startMs = (spans: readonly Span[]) => Math.min(...spans.map((span) => span.startMs));
const endMs = (spans: readonly Span[]) => Math.max(...spans.map((span) => span.endMs));

describe("one device", () => {
  test("runs out of memory in backward; the parameters alone would fit, with gradients and optimizer state they do not", () => {
    const { outOfMemory, trace } = figure("one");
    const at = trace.program.ranks[0].instructions[outOfMemory?.index ?? 0];
    expect([at.op, at.on]).toEqual(["inputGrad", "layers.3.tanh"]);
    expect(value("parameterBytes", "one")).toBeLessThan(value("capacityBytes", "one"));
    expect(value("optimizerBytes", "one")).toBe(2 * value("parameterBytes", "one"));
    expect(value("gradientBytes", "one")).toBe(value("parameterBytes", "one"));
    expect(value("modelStateBytes", "one")).toBeGreaterThan(value("capacityBytes", "one"));
  });

  test("two replicas halve the activations and hold everything else in full, and more than one device alone", () => {
    expect(value("activationBytes", "copied")).toBe(value("activationBytes", "alone") / 2);
    expect(value("modelStateBytes", "copied")).toBe(value("modelStateBytes", "alone"));
    expect(value("peakBytes", "copied")).toBeGreaterThan(value("peakBytes", "alone"));
    expect(figure("copied").outOfMemory).not.toBeNull();
  });
});

describe("two devices", () => {
  test("hold layers 1 to 3 and 4 and 5; nothing is held twice; it fits", () => {
    expect([0, 1].map((rank) => value("deviceLayers", "two", rank))).toEqual([3, 2]);
    const resident = figure("two").trace.program.ranks.map(({ buffers, resident }) =>
      resident.map((id) => buffers[id].name).filter((name) => name.startsWith("layers.")),
    );
    expect(new Set(resident.flat()).size).toBe(resident.flat().length);
    expect(resident[0].every((name) => /^layers\.[012]\./.test(name))).toBe(true);
    const bytes = [0, 1].map((rank) => value("parameterBytes", "two", rank));
    expect(sum(bytes)).toBe(value("parameterBytes", "one"));
    expect(figure("two").outOfMemory).toBeNull();
    // Two wide layers against one: so the fullest device holds about two thirds of what one device would.
    expect(value("fullestBytes", "two-devices") / value("fullestBytes", "one")).toBeCloseTo(2 / 3, 1);
    expect(bytes[0] / bytes[1]).toBeCloseTo(2, 1);
  });

  test("a step takes a little longer: two messages more, and less than that is won by two optimizers", () => {
    const longer = value("stepMs", "two") / value("stepMs", "one");
    expect(longer).toBeGreaterThan(1);
    expect(longer).toBeLessThan(1.05);
    const messagesMs = sum([0, 1].flatMap((rank) => opsOf("two", rank, "send").map((one) => one.endMs - one.startMs)));
    const wonMs = messagesMs - (value("stepMs", "two") - value("stepMs", "one"));
    expect(wonMs).toBeGreaterThan(0);
    expect(wonMs).toBeLessThan(messagesMs);
  });

  test("work in the order of the text: forward down, backward up, never both at once", () => {
    const order = [
      opsOf("two", 0, "forward"),
      opsOf("two", 0, "send"),
      opsOf("two", 1, "forward"),
      opsOf("two", 1, "inputGrad", "weightGrad"),
      opsOf("two", 1, "send"),
      opsOf("two", 0, "inputGrad", "weightGrad"),
    ];
    order.slice(1).forEach((later, i) => {
      expect(startMs(later)).toBeGreaterThanOrEqual(endMs(order[i]));
    });
  });

  test("send one message each: as many numbers back as came, far fewer bytes than the parameters", () => {
    expect([0, 1].map((rank) => value("messagesPp", "two", rank))).toEqual([1, 1]);
    expect(value("messageBytes", "two", 0)).toBe(128 * 432 * 4);
    expect(value("messageBytes", "two", 1)).toBe(value("messageBytes", "two", 0));
    expect(value("messageBytes", "two")).toBeLessThan(value("parameterBytes", "one") / 10);
    const sent = [0, 1].map((rank) => opsOf("two", rank, "send")[0].instruction.on);
    expect(sent).toEqual(["layers.2.tanh", "d(layers.2.tanh)"]);
  });

  test("only the first loads inputs, only the last loads targets; no all-reduce happens", () => {
    const loads = (rank: number) => opsOf("two", rank, "load").map(({ instruction }) => instruction.on);
    expect([loads(0), loads(1)]).toEqual([["inputs"], ["targets"]]);
    expect([0, 1].flatMap((rank) => opsOf("two", rank, "allReduce"))).toEqual([]);
  });

  test("where gradients are clipped each device joins one all-reduce, of one number, before its optimizer", () => {
    const { optimizer } = interLayerParallelism;
    const clipped = buildFigure(parseScenario({ ...interLayerParallelism, optimizer: { ...optimizer, clip: 1 } }));
    for (const rank of [0, 1]) {
      const spans = spansOf(clipped.trace, rank);
      const sums = spans.filter(({ instruction }) => instruction.op === "allReduce");
      expect(sums).toHaveLength(1);
      const { buffers } = clipped.trace.program.ranks[rank];
      expect(sums[0].instruction.updates.map((id) => bufferBytes(buffers[id]))).toEqual([4]);
      const updates = spans.filter(({ instruction }) => instruction.op === "optimize");
      expect(startMs(updates)).toBeGreaterThanOrEqual(endMs(sums));
    }
  });

  test("device 1 keeps its activations while device 2 works; device 2 updates while its message travels", () => {
    const { atMs, bytes } = figure("two").profiles[0];
    const heldAt = (timeMs: number) => bytes[atMs.findLastIndex((time) => time <= timeMs)].activations;
    expect(heldAt(endMs(opsOf("two", 1, "send")) - 0.01)).toBeGreaterThanOrEqual(value("activationBytes", "two"));
    const update = opsOf("two", 1, "optimize");
    expect(startMs(update)).toBeLessThan(endMs(opsOf("two", 1, "send")));
  });

  test("each message is exposed on device 1; one on device 2, whose optimizer runs behind the other", () => {
    const messageMs = value("messageMs", "two");
    expect(value("exposedCommMs", "two", 0)).toBeCloseTo(2 * messageMs, 9);
    expect(value("exposedCommMs", "two", 1)).toBeCloseTo(messageMs, 9);
  });

  test("are busy about half of the time", () => {
    expect(value("busyShare", "two")).toBeGreaterThan(0.45);
    expect(value("busyShare", "two")).toBeLessThan(0.55);
  });
});

describe("turns", () => {
  test("p devices are busy 1/p of the time, and the step is as long as on one", () => {
    for (const [scene, devices] of [
      ["turns-two", 2],
      ["turns-four", 4],
    ] as const) {
      expect(value("busyShare", scene)).toBeCloseTo(1 / devices, 12);
      expect(value("stepMs", scene)).toBe(24);
      expect(value("busyMs", scene)).toBe(24 / devices);
      expect(value("deviceLayers", scene)).toBe(8 / devices);
    }
  });

  test("with a message of one time unit at each of seven cuts, forward and back, eight devices are busy 24 of 8 x 38", () => {
    expect(value("stepMs", "eight-turns")).toBe(24 + 14);
    expect(value("busyShare", "eight-turns")).toBeCloseTo(24 / (8 * 38), 12);
  });

  test("four micro-batches in turn change nothing of that, but divide the activations", () => {
    expect(value("microbatches", "four-turns")).toBe(4);
    expect(value("stepMs", "four-turns")).toBe(value("stepMs", "turns"));
    expect(value("busyShare", "four-turns")).toBe(0.5);
    const ratio = value("peakActivationBytes", "four-turns") / value("peakActivationBytes", "turns");
    expect(ratio).toBeCloseTo(1 / 4, 2);
  });

  test("when device 2 begins micro-batch 1, device 1 has all that micro-batch 2 needs and waits", () => {
    const begins = startMs(opsOf("gap", 1, "forward"));
    const next = opsOf("gap", 0, "forward").filter(({ instruction }) => instruction.action?.microbatch === 1);
    expect(endMs(opsOf("gap", 0, "forward").filter(({ instruction }) => instruction.action?.microbatch === 0))).toBe(
      begins,
    );
    expect(startMs(next)).toBeGreaterThan(begins);
    // The first stage receives nothing for a forward.
    expect(opsOf("gap", 0, "recv").every(({ instruction }) => instruction.action?.kind === "B")).toBe(true);
  });
});

test("exercises: two devices would be faster than four, but do not fit; eight fit, and are slower; a device in the middle sends both ways", () => {
  const stop = script.stops.find(({ id }) => id === "room-and-time");
  if (stop?.kind !== "exercise") throw new Error("an exercise");
  const [two, four, eight] = [2, 4, 8].map((pp) =>
    buildFigure(parseScenario(patchScenario(script.scenarios["room-and-time"], { mesh: { pp } }))),
  );
  expect([two, four, eight].map(({ outOfMemory }) => outOfMemory === null)).toEqual([false, true, true]);
  expect(two.trace.stepMs).toBeLessThan(four.trace.stepMs);
  expect(eight.trace.stepMs).toBeGreaterThan(four.trace.stepMs);
  expect(bestOf(script.scenarios["room-and-time"], stop.fields, stop.judge)).toBe(four.trace.stepMs);
  expect(value("messageBytes", "middle-device")).toBe(96 * 32 * 4);
  expect(value("sentPpBytes", "middle-device", 1)).toBe(2 * value("messageBytes", "middle-device"));
});

describe("trained", () => {
  beforeAll(() => startNodeBackend("wasm"));

  test("it is the training of one device, to the last bit; what is sent is what arrives", async () => {
    const scenario = parseScenario({ ...interLayerParallelism, steps: 2 });
    const run = openScenario(scenario);
    expect(await trainAndCompare(scenario, run, () => {})).toEqual({ loss: 0, parameter: 0 });
    const { observations } = await run.step(watchCut(interLayerParallelism));
    run.dispose();
    const norms = observations.map(({ rank, op, on, l2 }) => ({ rank, op, on, l2 }));
    expect(norms.map(({ rank, op }) => [rank, op])).toEqual([
      [0, "send"],
      [1, "recv"],
      [1, "send"],
      [0, "recv"],
    ]);
    expect(norms[0].l2).toBe(norms[1].l2);
    expect(norms[2].l2).toBe(norms[3].l2);
    expect(memory().numTensors).toBe(0);
  });

  test("the loss falls at every step; where a step has few samples it also rises, and that is for its samples", async () => {
    const lossesOf = async (input: ScenarioInput) => {
      const scenario = parseScenario(input);
      const run = openScenario(scenario);
      const losses: number[] = [];
      for (let step = 0; step < scenario.steps; step++) losses.push((await run.step()).loss);
      run.dispose();
      return losses;
    };
    const largestRise = (losses: readonly number[]) => Math.max(...losses.slice(1).map((loss, i) => loss - losses[i]));
    expect(largestRise(await lossesOf(interLayerParallelism))).toBeLessThan(0);
    const few = largestRise(await lossesOf(layersInTurn));
    expect(few).toBeGreaterThan(0.02);
    // It is for the samples: with many of them the loss hardly rises, with few it does though nothing is learnt.
    expect(largestRise(await lossesOf({ ...layersInTurn, batch: { global: 2048 } }))).toBeLessThan(few / 5);
    expect(largestRise(await lossesOf({ ...layersInTurn, optimizer: { kind: "sgd", lr: 1e-9 } }))).toBeGreaterThan(0);
  });

  test("a message that is not sent, or not received, is refused", () => {
    const scenario = parseScenario(interLayerParallelism);
    for (const name of ["send-forgotten", "receive-forgotten"]) {
      expect(() => validateProgram(mistakeNamed(name).make(scenario).program), name).toThrow();
    }
  });
});
