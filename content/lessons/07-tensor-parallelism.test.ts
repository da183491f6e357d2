/**
 * What the lesson on tensor parallelism claims, as numbers of its clusters. One file, however long, as the lesson is: whoever
 * changes a sentence finds its test by the lesson's name.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { allSettings, settle, tryFigure, verdictOn } from "@/components/lesson/judge";
import { openLessonTest, stepReport } from "@/components/lesson/testing";
import { readValue } from "@/components/lesson/values";
import { watchPartialSums } from "@/components/lesson/watchPartialSums";
import type { Figure } from "@/components/stage/state/figure";
import { tensorsAt } from "@/engine/account";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { mistakeNamed } from "@/engine/mistakes";
import { allParameters } from "@/engine/model/model";
import { describeRankModel } from "@/engine/model/tensorParallel";
import { isCollective } from "@/engine/program";
import { checkProgram, openProgram } from "@/engine/reference/checkProgram";
import { openScenario } from "@/engine/reference/compare";
import { parseScenario } from "@/engine/scenario";
import { idlesOf, spansOf } from "@/engine/trace";

let lesson: Awaited<ReturnType<typeof openLessonTest>>;

beforeAll(async () => {
  await startNodeBackend("wasm");
  lesson = await openLessonTest("tensor-parallelism");
}, 60_000);

const value = (...args: Parameters<typeof lesson.value>) => lesson.value(...args);
const figure = (scene: string) => lesson.figure(scene);

/** The tensor-parallel collectives of a device inside forward and backward, as `op on`. */
const exchanges = ({ trace }: Figure, kind: "F" | "B") =>
  trace.program.ranks[0].instructions
    .filter(isCollective)
    .filter(({ action }) => action?.kind === kind)
    .map(({ op, on }) => `${op} ${on}`);

const spanOf = ({ trace }: Figure, rank: number, op: string, on: string) => {
  const found = spansOf(trace, rank).find(({ instruction }) => instruction.op === op && instruction.on === on);
  if (!found) throw new Error(`no ${op} on ${on}`);
  return found;
};

const shapeOf = (scene: string, name: string) =>
  allParameters(describeRankModel(figure(scene).scenario)).find((parameter) => parameter.name === name)?.shape;

test("every parameter that a step shows is one of its scene's", () => {
  for (const stop of lesson.script.stops) {
    if (stop.kind !== "step" || stop.parameter === null) continue;
    expect(shapeOf(stop.scene, stop.parameter), stop.id).toBeDefined();
  }
});

describe("a pair of layers", () => {
  test("a [256, 256] matrix is cut into [256, 128] by columns, and the next into [128, 256] by rows", () => {
    expect(shapeOf("one", "layers.2.weight")).toEqual([256, 256]);
    expect(shapeOf("pair", "layers.2.weight")).toEqual([256, 128]);
    expect(shapeOf("pair", "layers.3.weight")).toEqual([128, 256]);
    expect(value("hiddenPart", "pair")).toBe(128);
  });

  test("nothing is sent before a column layer, one sum ends a pair, and only the second pair has one in backward", () => {
    expect(exchanges(figure("pair"), "F")).toEqual(["allReduce layers.1.sum", "allReduce layers.3.sum"]);
    expect(exchanges(figure("pair"), "B")).toEqual(["allReduce d(layers.2.copy)"]);
  });

  test("before the third layer a message has ended, and it leaves the third layer's input whole", () => {
    const sum = spanOf(figure("pair"), 0, "allReduce", "layers.1.sum");
    expect(sum.endMs).toBeLessThanOrEqual(spanOf(figure("pair"), 0, "forward", "layers.2").startMs);
  });

  test("in a ring of two, a device sends the tensor's size: 64 samples of 256 numbers", () => {
    expect(value("reducedBytes", "pair")).toBe(64 * 256 * 4);
    expect(value("reducedSentBytes", "pair")).toBe(64 * 256 * 4);
  });

  // Shoeybi et al. 2019, section 5.1: 51,200 tokens for up to eight devices.
  test("padded to a multiple of 128 tp, a vocabulary of 50,257 has other sizes for one device and for eight", () => {
    const padded = (tp: number) => Math.ceil(50257 / (128 * tp)) * 128 * tp;
    expect([1, 8].map(padded)).toEqual([50304, 51200]);
  });

  test("both devices stand still during the forward sum; the backward one is hidden behind the weight gradient", () => {
    const pair = figure("pair");
    for (const rank of [0, 1]) {
      const { startMs, endMs } = spanOf(pair, rank, "allReduce", "layers.3.sum");
      expect(idlesOf(pair.trace, rank).some((idle) => idle.startMs <= startMs && idle.endMs >= endMs)).toBe(true);
    }
    const sum = spanOf(pair, 0, "allReduce", "d(layers.2.copy)");
    const weights = spanOf(pair, 0, "weightGrad", "layers.2");
    expect(sum.startMs).toBeCloseTo(weights.startMs, 9);
    expect(sum.endMs).toBeLessThan(weights.endMs);
  });

  test("at the cursor of the order of layers, the sum is complete and GELU begins", () => {
    expect(spanOf(figure("pair"), 0, "forward", "layers.3.gelu").startMs).toBeGreaterThanOrEqual(
      spanOf(figure("pair"), 0, "allReduce", "layers.3.sum").endMs,
    );
  });

  test("four instead of two: model state nearly halves, activations do not", () => {
    const ratio = (of: "modelStateBytes" | "peakActivationBytes") => value(of, "twice-the-devices") / value(of, "pair");
    expect(ratio("modelStateBytes")).toBeGreaterThan(0.5);
    expect(ratio("modelStateBytes")).toBeLessThan(0.52);
    expect(ratio("peakActivationBytes")).toBeGreaterThan(0.75);
    expect(shapeOf("pair", "layers.4.weight")).toEqual([256, 3]);
    expect(shapeOf("pair", "layers.3.bias")).toEqual([256]);
  });
});

describe("time", () => {
  test("inside a node more devices are faster; twice as many, beyond it, take more than twice as long, nearly as one", () => {
    const ms = (scene: string) => value("stepMs", scene);
    expect(ms("pair")).toBeLessThan(ms("one"));
    expect(ms("node")).toBeLessThan(ms("pair"));
    expect(ms("beyond-the-node") / ms("node")).toBeGreaterThan(2);
    expect(ms("beyond-the-node") / ms("one")).toBeGreaterThan(0.95);
    expect(ms("beyond-the-node")).toBeLessThan(ms("one"));
    expect(value("busyMs", "beyond-the-node")).toBeLessThan(value("busyMs", "node"));
  });

  test("four devices send more each than two, by the ring's 2(n - 1)/n: one and a half times", () => {
    expect(value("sentTpBytes", "node") / value("sentTpBytes", "pair")).toBe(1.5);
  });
});

describe("a transformer", () => {
  test("a block has two all-reduces forward and two backward; outside are the embedding's, the head's and the loss's", () => {
    expect(value("blockAllReducesForward", "block")).toBe(2);
    expect(value("blockAllReducesBackward", "block")).toBe(2);
    const { layers } = figure("block").scenario.model;
    expect(value("allReducesTp", "block")).toBe(4 * layers + 1 + 1 + 3);
    expect(exchanges(figure("block"), "F").filter((name) => name.includes("loss"))).toHaveLength(3);
    expect(exchanges(figure("block"), "B")[0]).toBe("allReduce d(norm.copy)");
  });

  test("heads, vocabulary and sums are what the text says they are", () => {
    expect(value("headsPerDevice", "block")).toBe(4);
    expect(value("vocabularyPart", "block")).toBe(6);
    expect(shapeOf("block", "blocks.0.attn.qkv.weight")).toEqual([48, 3 * 24]);
    expect(value("reducedBytes", "block")).toBe(32 * 8 * 48 * 4);
  });

  test("the loss takes three numbers a token; gathered logits would take half a vocabulary", () => {
    expect(value("lossSentBytes", "block")).toBe(3 * 32 * 8 * 4);
    expect(value("logitsGatherBytes", "block")).toBe(6 * 32 * 8 * 4);
    expect(value("logitsGatherBytes", "block") / value("lossSentBytes", "block")).toBe(2);
  });

  test("six heads: three devices share them, four cannot, and the sentence says who could", () => {
    expect(value("numDevices", "three")).toBe(3);
    const four = tryFigure(settle(lesson.script.scenarios.three, { "mesh.tp": 4 }));
    expect(four).toBe("model.heads (6) must be divisible by mesh.tp (4): use tp 1, 2, 3 or 6");
  });
});

describe("sequence parallelism", () => {
  test("halves of the same all-reduces: two and two in a block's forward, and back", () => {
    expect(value("blockScattersForward", "sequence")).toBe(2);
    expect(value("blockGathersForward", "sequence")).toBe(2);
    const block = (kind: "F" | "B") =>
      exchanges(figure("sequence"), kind).flatMap((name) => (name.includes("blocks.0.") ? [name.split(" ")[0]] : []));
    const halves = ["allGather", "reduceScatter", "allGather", "reduceScatter"];
    for (const kind of ["F", "B"] as const) expect(block(kind)).toEqual(halves);
  });

  test("the same bytes in forward and backward, and a few for the gradients of what all devices hold", () => {
    expect(value("exchangedBytes", "sequence")).toBe(value("exchangedBytes", "between"));
    const gained = (of: "stepMs" | "busyMs") => value(of, "between") - value(of, "sequence");
    expect(gained("busyMs")).toBeGreaterThan(0);
    expect(gained("stepMs") / gained("busyMs")).toBeCloseTo(1, 1);
    expect(value("copiesBytes", "between")).toBe(0);
    expect(value("sentTpBytes", "sequence")).toBe(value("sentTpBytes", "between") + value("copiesBytes", "sequence"));
    expect(value("copiesBytes", "sequence")).toBeLessThan(0.01 * value("exchangedBytes", "sequence"));
  });

  test("each device has the embedding of its own positions only", () => {
    expect(shapeOf("between", "embed.position")).toEqual([8, 48]);
    expect(shapeOf("sequence", "embed.position")).toEqual([2, 48]);
    expect(value("parameterBytes", "between") - value("parameterBytes", "sequence")).toBe(6 * 48 * 4);
  });

  test("three devices cannot share eight positions, though they share six heads", () => {
    const three = (sequenceParallel: boolean) => tryFigure(settle(lesson.script.scenarios.three, { sequenceParallel }));
    expect(three(false)).not.toBeTypeOf("string");
    expect(three(true)).toContain("model.seq (8) must be divisible by mesh.tp (3)");
  });

  test("less than half was cut before; without the gathered inputs little more than half would stay", () => {
    const held = (scene: string) => {
      const { trace } = figure(scene);
      const forward = spansOf(trace, 0).filter(({ instruction }) => instruction.action?.kind === "F");
      const end = Math.max(...forward.map(({ endMs }) => endMs));
      return tensorsAt(trace, 0, end).filter(({ buffer }) => buffer.kind === "activations");
    };
    const total = (tensors: ReturnType<typeof held>) => tensors.reduce((sum, { bytes }) => sum + bytes, 0);
    const before = value("activationBytes", "between");
    expect(total(held("between"))).toBe(before);
    const cut = held("between").filter(({ buffer }) => /attn|mlp|loss/.test(buffer.name));
    expect(total(cut)).toBeLessThan(0.45 * before);
    const gathered = total(held("sequence").filter(({ buffer }) => buffer.name.includes(".copy#")));
    const own = gathered / value("numDevices", "sequence");
    const after = value("activationBytes", "sequence");
    expect(after).toBeGreaterThan(0.75 * before);
    expect(after - gathered + own).toBeGreaterThan(0.5 * before);
    expect(after - gathered + own).toBeLessThan(0.56 * before);
    const whole = held("sequence").filter(({ buffer }) => buffer.shape.join() === "256,48");
    const outside = whole.map(({ buffer }) => buffer.name).filter((name) => !/mlp\.(up|gelu)#/.test(name));
    expect(outside).toHaveLength(5);
    expect(outside.every((name) => name.includes(".copy#"))).toBe(true);
  });

  test("fewer activations, but the gathered input of a column layer is kept whole", () => {
    expect(value("peakActivationBytes", "cut-the-sequence")).toBe(value("peakActivationBytes", "sequence"));
    expect(value("peakActivationBytes", "sequence")).toBeLessThan(0.8 * value("peakActivationBytes", "between"));
    expect(value("activationBytes", "sequence")).toBeLessThan(0.8 * value("activationBytes", "between"));
    const { buffers, instructions } = figure("sequence").trace.program.ranks[0];
    const gathered = buffers.findIndex(({ name }) => name === "blocks.0.norm2.copy#0");
    expect(buffers[gathered].shape).toEqual([32 * 8, 48]);
    const [up] = spansOf(figure("sequence").trace, 0).filter(
      ({ instruction: { op, on } }) => op === "forward" && on === "blocks.1.mlp.up",
    );
    const largest = tensorsAt(figure("sequence").trace, 0, up?.endMs ?? 0).slice(0, 3);
    const first = ["adam.m:part0", "adam.v:part0", "blocks.0.norm1.copy#0"];
    expect(largest.map(({ buffer }) => buffer.name)).toEqual(first);
    const last = instructions.findLast(({ reads }) => reads.includes(gathered));
    expect(last).toMatchObject({ op: "weightGrad", on: "blocks.0.mlp.up" });
    expect(last?.frees).toContain(gathered);
  });
});

describe("exercises", () => {
  /** All ways to do an exercise. */
  function solutions(id: string) {
    const stop = lesson.script.stops.find((one) => one.id === id);
    if (stop?.kind !== "exercise") throw new Error(`"${id}" is no exercise`);
    const ways = allSettings(stop.fields).map((way) => {
      const verdict = verdictOn(settle(lesson.script.scenarios[id], way), stop.judge);
      return { way, verdict, amount: "amount" in verdict ? verdict.amount : Number.POSITIVE_INFINITY };
    });
    const best = Math.min(...ways.map(({ amount }) => amount));
    return { ways, best: ways.filter(({ amount }) => amount === best).map(({ way }) => Object.values(way)) };
  }

  test("a sum of 48 x 8 x 48 numbers on four devices: each sends three halves of it", () => {
    expect(value("reducedSentBytes", "bytes-of-a-sum")).toBe(1.5 * 48 * 8 * 48 * 4);
    expect(value("blockAllReducesForward", "sums")).toBe(2);
  });

  test("the largest number that divides six heads is six; 4, 5 and 8 are refused", () => {
    const { ways, best } = solutions("legal-numbers");
    expect(best).toEqual([[6]]);
    const refused = ways.filter(({ verdict }) => verdict.kind === "refused");
    expect(refused.map(({ way }) => way["mesh.tp"])).toEqual([4, 5, 8]);
    const { model } = figure("legal-numbers").scenario;
    expect(model).toMatchObject({ heads: 6, hidden: 48, vocab: 12 });
    expect(shapeOf("legal-numbers", "blocks.0.mlp.up.weight")).toEqual([48, (4 * 48) / 2]);
  });

  test("two devices with sequence parallelism are the fewest that fit", () => {
    const { ways, best } = solutions("make-it-fit");
    expect(best).toEqual([[2, true]]);
    const tooLarge = ways.filter(({ verdict }) => verdict.kind === "too-large");
    expect(tooLarge.map(({ way }) => Object.values(way).join())).toEqual(["1,false", "1,true", "2,false"]);
  });

  test("whether it fits follows from the state and the bytes of a sample that stand above the question", () => {
    const [state, samples, capacity] = (["modelStateBytes", "globalBatch", "capacityBytes"] as const).map((of) =>
      value(of, "make-it-fit"),
    );
    const share = (scene: string, devices: number) =>
      (state / devices + samples * value("activationBytesPerSample", scene)) / capacity;
    expect(share("make-it-fit", 1)).toBeGreaterThan(1.5);
    expect(share("block", 2)).toBeGreaterThan(1.01);
    expect(share("practice", 2)).toBeLessThan(0.95);
    expect(value("numDevices", "practice")).toBe(2);
    expect(figure("practice").scenario.sequenceParallel).toBe(true);
  });

  test("narrow layers are best cut in two, plainly so, and rounds and computing tell it in advance", () => {
    const { ways, best } = solutions("shortest-step");
    expect(best).toEqual([[2]]);
    const [first, second] = ways.map(({ amount }) => amount).sort((a, b) => a - b);
    expect(second / first).toBeGreaterThan(1.1);
    const messages = value("allReducesTp", "shortest-step");
    expect(messages).toBe(3);
    // The classroom's links: bytes in a millisecond, inside a node and between two.
    const reduced = value("reducedBytes", "shortest-step");
    expect(reduced / 2 / 2e4).toBeLessThan(value("insideLatencyMs", "narrow"));
    expect(reduced / 8 / 5e3).toBeLessThan(value("betweenLatencyMs", "narrow"));
    const estimate = (n: number) => {
      const between = n > value("devicesPerNode", "narrow");
      const round = value(between ? "betweenLatencyMs" : "insideLatencyMs", "narrow");
      return value("stepMs", "narrow") / n + (n === 1 ? 0 : messages * 2 * (n - 1) * round);
    };
    const [one, two, four, eight] = [1, 2, 4, 8].map(estimate);
    expect(Math.min(one, four, eight) / two).toBeGreaterThan(1.03);
    const ran = [2, 4, 8].map((devices) => ways.find(({ way }) => way["mesh.tp"] === devices)?.amount ?? 0);
    expect(ran.every((ms, i) => ms > [two, four, eight][i])).toBe(true);
    const geluMs = (scene: string) => {
      const { startMs, endMs } = spanOf(figure(scene), 0, "forward", "layers.1.gelu");
      return endMs - startMs;
    };
    expect(geluMs("shortest-step")).toBeCloseTo(geluMs("narrow"), 9);
  });
});

describe("trained", () => {
  test("the partial sums add up to the completed one, and GELU of it is not the sum of the GELUs", async () => {
    const pair = figure("pair");
    const run = openScenario(pair.scenario);
    const watch = watchPartialSums("layers.3");
    let observations: Awaited<ReturnType<typeof run.step>>["observations"] = [];
    for (let step = 1; step <= pair.scenario.steps; step++) ({ observations } = await run.step(watch));
    run.dispose();
    const read = (of: "partialSum" | "completedSum" | "sumOfGelus" | "geluOfSum", rank = 0) =>
      readValue(of, pair, [stepReport({ observations })], { rank })?.amount as number;
    expect(read("partialSum", 0) + read("partialSum", 1)).toBeCloseTo(read("completedSum"), 5);
    expect(Math.abs(read("sumOfGelus") - read("geluOfSum"))).toBeGreaterThan(0.1);
  });

  test("GELU before the sum: nothing is refused, and the loss falls all the same, if a little less", async () => {
    const losses = await lossesOf(mistakeAt("break-gelu"));
    expect(losses.at(-1)).toBeLessThan(0.95 * losses[0]);
    expect(losses.at(-1)).toBeGreaterThan(1.01 * (await lastLossWithout(mistakeAt("break-gelu"))));
  });

  test("GELU before the sum trains another network: by its losses and by its parameters", async () => {
    const broken = mistakeAt("break-gelu");
    const scenario = parseScenario(broken.scenario);
    const { loss, parameter } = await checkProgram(scenario, mistakeNamed(broken.mistake).make(scenario));
    expect(Math.min(loss, parameter)).toBeGreaterThan(0.01);
  });

  test("without the sum of f the loss stays above; only the second layer's bias drifts apart", async () => {
    const broken = mistakeAt("break-f");
    expect((await lossesOf(broken)).at(-1)).toBeGreaterThan(1.01 * (await lastLossWithout(broken)));
    const scenario = parseScenario(broken.scenario);
    const run = openProgram(scenario, mistakeNamed(broken.mistake).make(scenario));
    for (let step = 0; step < 3; step++) await run.step();
    const [first, second] = [await run.readParameters(0), await run.readParameters(1)].map((read) => new Map(read));
    run.dispose();
    const whole = allParameters(describeRankModel(scenario)).filter(({ shard }) => !shard);
    const apart = whole.filter(({ name }) =>
      first.get(name)?.some((number, i) => Math.abs(number - (second.get(name)?.[i] ?? 0)) > 1e-6),
    );
    expect(apart.map(({ name }) => name)).toEqual(["layers.1.bias"]);
  });

  test("without the sum of f, the first loss is still right", async () => {
    const broken = mistakeAt("break-f");
    const [first, second] = await lossesOf(broken, 2);
    const run = openScenario(parseScenario(broken.scenario));
    const right = [(await run.step()).loss, (await run.step()).loss];
    run.dispose();
    expect(first).toBe(right[0]);
    expect(second).not.toBe(right[1]);
  });

  type Broken = (typeof lesson.script.mistakes)[number];
  const mistakeAt = (id: string) => lesson.script.mistakes.find((one) => one.id === id) as Broken;

  /** The last loss of the same training without its mistake. */
  async function lastLossWithout({ scenario }: Broken) {
    const run = openScenario(parseScenario(scenario));
    let loss = Number.NaN;
    for (let step = 0; step < parseScenario(scenario).steps; step++) ({ loss } = await run.step());
    run.dispose();
    return loss;
  }

  async function lossesOf({ mistake, scenario: input }: Broken, steps?: number) {
    const scenario = parseScenario(input);
    const run = openProgram(scenario, mistakeNamed(mistake).make(scenario));
    const losses: number[] = [];
    for (let step = 0; step < (steps ?? scenario.steps); step++) losses.push((await run.step()).loss);
    run.dispose();
    return losses;
  }
});
