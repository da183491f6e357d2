/**
 * What the lesson on several axes claims, and what could be false. One file, however long, as the lesson is: whoever changes
 * a sentence finds its test by the lesson's name.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { allSettings, bestOf, settle, tryFigure, verdictOn } from "@/components/lesson/judge";
import { openLessonTest } from "@/components/lesson/testing";
import { type MeasureName, readMeasure } from "@/components/lesson/values";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { type Axis, groupOf, groups } from "@/engine/mesh/mesh";
import { mistakeNamed } from "@/engine/mistakes";
import { isCollective } from "@/engine/program";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario } from "@/engine/scenario";
import { type Span, spansOf } from "@/engine/trace";

type Opened = Awaited<ReturnType<typeof openLessonTest>>;
let lesson: Opened;
let value: Opened["value"];

beforeAll(async () => {
  lesson = await openLessonTest("multi-dimensional-parallelism");
  ({ value } = lesson);
});

const meshOf = (scene: string) => lesson.figure(scene).scenario.mesh;
const groupIn = (scene: string, axis: Axis, rank: number) => groupOf(meshOf(scene), axis, rank);

const spans = (scene: string, rank: number, holds: (span: Span) => boolean) =>
  spansOf(lesson.figure(scene).trace, rank).filter(holds);
const along =
  (axis: Axis) =>
  ({ instruction }: Span) =>
    isCollective(instruction) && instruction.axis === axis;
const named =
  (op: string, on?: string, microbatch?: number) =>
  ({ instruction }: Span) =>
    instruction.op === op &&
    (on === undefined || instruction.on === on) &&
    (microbatch === undefined || instruction.action?.microbatch === microbatch);

describe("one axis, two devices", () => {
  test("dp divides the micro-batches, and neither parameters nor activations", () => {
    expect(value("microbatches", "along-dp")).toBe(value("microbatches", "alone") / 2);
    expect(value("parameterBytes", "along-dp")).toBe(value("parameterBytes", "alone"));
    expect(value("peakActivationBytes", "along-dp")).toBe(value("peakActivationBytes", "alone"));
    expect(value("sentBytes", "along-dp")).toBe(value("gradientBytes", "along-dp"));
  });

  test("pp divides the parameters, and not the activations: two micro-batches of half the layers", () => {
    expect(value("parameterBytes", "along-pp") / value("parameterBytes", "alone")).toBeCloseTo(0.5, 2);
    expect(value("peakActivationBytes", "along-pp")).toBe(value("peakActivationBytes", "alone"));
    expect(value("peakMicrobatches", "along-pp")).toBe(2);
  });

  test("tp divides both; it sends the most, and the pipeline the least", () => {
    expect(value("parameterBytes", "along-tp") / value("parameterBytes", "alone")).toBeCloseTo(0.5, 1);
    expect(value("peakActivationBytes", "along-tp")).toBeLessThan(0.7 * value("peakActivationBytes", "alone"));
    const [pp, dp, tp] = ["along-pp", "along-dp", "along-tp"].map((scene) => value("sentBytes", scene));
    expect(pp).toBeLessThan(dp);
    expect(dp).toBeLessThan(tp);
  });

  test("each of the three makes the step shorter", () => {
    for (const scene of ["along-dp", "along-pp", "along-tp"]) {
      expect(value("stepMs", scene)).toBeLessThan(value("stepMs", "alone"));
    }
  });
});

describe("two axes", () => {
  test("with stages, devices 1 and 3 are a pipeline, and 1 averages with 2", () => {
    expect(groupIn("data-pipeline", "pp", 0)).toEqual([0, 2]);
    expect(groupIn("data-pipeline", "pp", 1)).toEqual([1, 3]);
    expect(groupIn("data-pipeline", "dp", 0)).toEqual([0, 1]);
    expect(groupIn("data-pipeline", "dp", 2)).toEqual([2, 3]);
  });

  test("when the first message goes to the next stage, no replica has sent anything to the other", () => {
    const [send] = spans("data-pipeline", 0, named("send", undefined, 0));
    const [average] = spans("data-pipeline", 0, along("dp"));
    expect(average?.startMs).toBeGreaterThan(send?.endMs as number);
  });

  test("with pairs, 1 and 2 share the layers and 1 averages with 3; the pair works at the same time as the other", () => {
    expect(groupIn("data-tensor", "tp", 0)).toEqual([0, 1]);
    expect(groupIn("data-tensor", "dp", 0)).toEqual([0, 2]);
    const first = (rank: number) => spans("data-tensor", rank, named("allReduce", "blocks.0.attn.out.sum", 0))[0];
    expect(first(2)?.startMs).toBe(first(0)?.startMs);
  });

  test("both members of a pair load the same samples: the batch is cut along dp only", () => {
    const loads = spans("data-tensor", 0, named("load"));
    expect(loads.length).toBeGreaterThan(0);
    for (const { instruction } of loads) expect("axis" in instruction && instruction.axis).toBe("dp");
  });

  test("without the pairs, twice the gradient goes round a ring of four", () => {
    const gradient = value("gradientBytes", "undo-the-cut") / value("gradientBytes", "data-tensor");
    expect(gradient).toBeCloseTo(2, 1);
    // Twice on a pair: 5 LayerNorms, a position for each of 8 tokens, and 2 biases a layer after cuts by rows.
    const twice = (5 * 2 + 8 + 2 * 2) * value("hidden", "data-tensor");
    expect(2 * value("gradientBytes", "data-tensor") - value("gradientBytes", "undo-the-cut")).toBe(4 * twice);
    expect(value("sentOverGradient", "undo-the-cut")).toBeCloseTo(1.5, 9);
    expect(value("sentOverGradient", "data-tensor")).toBeCloseTo(1, 9);
  });
});

describe("the cube", () => {
  test("device 1 is with 2 along tp, with 3 along dp, with 5 along pp; a replica is 1, 2, 5, 6", () => {
    expect((["tp", "dp", "pp"] as const).map((axis) => groupIn("cube", axis, 0))).toEqual([
      [0, 1],
      [0, 2],
      [0, 4],
    ]);
    const team = groupIn("cube", "pp", 0).flatMap((rank) => groupIn("cube", "tp", rank));
    expect(team.toSorted()).toEqual([0, 1, 4, 5]);
    expect(value("devicesPerReplica", "cube")).toBe(team.length);
  });

  test("it sends along tp first, then along pp, then along dp; after that only the two sums for the norm", () => {
    const startMs = (holds: (span: Span) => boolean) => spans("cube", 0, holds)[0]?.startMs as number;
    expect(startMs(along("tp"))).toBeLessThan(startMs(named("send")));
    expect(startMs(named("send"))).toBeLessThan(startMs(along("dp")));
    const lastAverage = spans("cube", 0, along("dp")).at(-1) as Span;
    const after = spans("cube", 0, ({ instruction: { op }, startMs }) => {
      const isMessage = ["allReduce", "reduceScatter", "allGather", "send", "recv"].includes(op);
      return isMessage && startMs >= lastAverage.endMs;
    });
    expect(after.map(({ instruction }) => instruction.on)).toEqual(["sumSquares", "sumSquares"]);
  });

  test("two all-reduces a layer on each way, one for the embedding, and one for the norm", () => {
    const onFirst = spans("cube", 0, along("tp")).filter(({ instruction }) => instruction.action?.microbatch === 0);
    expect(onFirst.map(({ instruction }) => instruction.on)).toEqual([
      "embed.sum",
      "blocks.0.attn.out.sum",
      "blocks.0.mlp.down.sum",
      "d(blocks.0.norm2.copy)",
      "d(blocks.0.norm1.copy)",
    ]);
    expect(value("allReducesTp", "cube")).toBe(onFirst.length * value("microbatches", "cube") + 1);
    // With one stage: four a layer, embedding, head and three for the loss, as in lesson 7; and the norm.
    const [microbatches, layers] = (["microbatches", "layers"] as const).map((of) => value(of, "data-tensor"));
    expect(value("allReducesTp", "data-tensor")).toBe((4 * layers + 1 + 4) * microbatches + 1);
  });

  test("both members of a pair send the whole output on, a message a micro-batch", () => {
    expect([0, 1].map((rank) => value("sendsPp", "cube", rank))).toEqual([4, 4]);
    const [first, second] = [0, 1].map((rank) => value("sentPpBytes", "cube", rank));
    expect(first).toBe(second);
  });

  test("while it is on its way, the tensor messages of micro-batch 2 stand in line", () => {
    const [send] = spans("cube", 0, named("send", undefined, 0));
    const next = spans("cube", 0, along("tp")).find(({ instruction }) => instruction.action?.microbatch === 1);
    expect(next?.startMs).toBe(send?.endMs);
    const [ready] = spans("cube", 0, named("forward", "embed.lookup", 1));
    expect(next?.instruction.on).toBe("embed.sum");
    expect(ready?.endMs).toBeLessThan(send?.endMs as number);
  });

  test("the first average leaves before the last backward has ended, and all once a step", () => {
    const averages = spans("cube", 0, along("dp"));
    expect(new Set(averages.map(({ instruction }) => instruction.on)).size).toBe(value("allReducesDp", "cube"));
    const lastBackward = Math.max(...spans("cube", 0, named("weightGrad")).map(({ endMs }) => endMs));
    expect(averages[0]?.startMs).toBeLessThan(lastBackward);
    expect(averages[0]?.instruction.on).toBe("part0");
  });

  test("the norm is added up along tp, then along pp, and not along dp; with ZeRO along all three", () => {
    const axes = (scene: string) =>
      spans(scene, 0, named("allReduce", "sumSquares")).map(
        ({ instruction }) => "axis" in instruction && instruction.axis,
      );
    expect(axes("cube")).toEqual(["tp", "pp"]);
    expect(lesson.figure("cube").scenario.optimizer.clip).toBe(1);
    expect(axes("zero-one").toSorted()).toEqual(["dp", "pp", "tp"]);
  });

  test("parameters are divided by nearly tp x pp, activations as by tp alone", () => {
    expect(value("parameterBytes", "alone") / value("parameterBytes", "cube")).toBeCloseTo(4, 0);
    expect(value("peakActivationBytes", "cube")).toBe(value("peakActivationBytes", "along-tp"));
    const held = lesson.figure("cube").devices.map(({ peakBytes }) => peakBytes.total);
    expect(held[0]).toBe(Math.max(...held));
  });

  test("tp sends the most, and the most often; pp, between nodes, takes the most time", () => {
    for (const others of ["sentPpBytes", "sentDpBytes"] as const) {
      expect(value("sentTpBytes", "cube")).toBeGreaterThan(2 * value(others, "cube"));
    }
    expect(value("allReducesTp", "cube")).toBeGreaterThan(value("allReducesDp", "cube") + value("sendsPp", "cube"));
    expect(value("messagesPpMs", "cube")).toBeGreaterThan(value("messagesTpMs", "cube"));
    const node = (rank: number) => Math.floor(rank / value("devicesPerNode", "cube"));
    expect([1, 2, 4].map(node)).toEqual([0, 0, 1]);
  });

  test("in backward a weight gradient is computed while a message along tp is under way", () => {
    const messages = spans("cube", 0, along("tp")).filter(({ instruction }) => instruction.on.startsWith("d("));
    const hidden = messages.filter(
      (message) =>
        spans(
          "cube",
          0,
          ({ instruction, startMs, endMs }) =>
            instruction.op === "weightGrad" && startMs < message.endMs && endMs > message.startMs,
        ).length > 0,
    );
    expect(hidden.length).toBeGreaterThan(0);
    // The cursor of "how-often" stands in the first of them.
    expect(hidden[0]?.instruction).toMatchObject({ on: "d(blocks.0.norm2.copy)", action: { microbatch: 0 } });
  });

  test("the squares for the norm are added up along tp first, then along pp", () => {
    const sums = spans("cube", 0, named("allReduce", "sumSquares"));
    expect(sums.map(({ instruction }) => isCollective(instruction) && instruction.axis)).toEqual(["tp", "pp"]);
  });

  test("what goes along tp and pp grows with the samples, what goes along dp does not", () => {
    expect(value("sentDpBytes", "data-tensor")).toBe(value("gradientBytes", "data-tensor"));
    expect(value("sentTpBytes", "along-tp") / value("sentTpBytes", "data-tensor")).toBeCloseTo(2, 3);
    expect(value("sentPpBytes", "along-pp") / value("sentPpBytes", "data-pipeline")).toBeCloseTo(2, 3);
  });
});

test("over two nodes tp sends little more than twice as much, and takes many times as long, nearly all exposed", () => {
  const ratio = value("sentTpBytes", "across-nodes") / value("sentTpBytes", "in-a-node");
  expect(ratio).toBeGreaterThan(2);
  expect(ratio).toBeLessThan(2.5);
  // Twice the sums, and a ring of eight for one of four; but for the norm.
  expect(value("allReducesTp", "across-nodes") - 1).toBe(2 * (value("allReducesTp", "in-a-node") - 1));
  expect(ratio).toBeCloseTo((2 * 2 * (7 / 8)) / (2 * (3 / 4)), 4);
  expect(value("messagesTpMs", "across-nodes")).toBeGreaterThan(10 * value("messagesTpMs", "in-a-node"));
  expect(value("exposedTpMs", "across-nodes")).toBeGreaterThan(0.95 * value("messagesTpMs", "across-nodes"));
});

describe("sixteen ranks", () => {
  const text = readFileSync(new URL("./09-multi-dimensional-parallelism.mdx", import.meta.url), "utf8");

  test("their groups are those that the text lists", () => {
    expect(meshOf("sixteen")).toEqual({ dp: 2, pp: 4, tp: 2 });
    for (const axis of ["tp", "dp", "pp"] as const) {
      const listed = groups(meshOf("sixteen"), axis).map((group) => `[${group.join(", ")}]`);
      expect(text).toContain(`| ${axis} | ${listed.join(" ")} |`);
    }
  });

  test("a node is one stage: tp and dp stay inside, pp leaves", () => {
    const node = (rank: number) => Math.floor(rank / value("devicesPerNode", "sixteen"));
    for (const rank of [0, 5, 10, 15]) {
      for (const axis of ["tp", "dp"] as const) {
        expect(new Set(groupIn("sixteen", axis, rank).map(node)).size).toBe(1);
      }
      expect(groupIn("sixteen", "pp", rank).map(node)).toEqual([0, 1, 2, 3]);
    }
  });

  test("the configuration in the text is the cluster on the stage", () => {
    const flag = (name: string) => Number(new RegExp(`--${name} (\\d+)`).exec(text)?.[1]);
    const { model, mesh, batch } = lesson.figure("sixteen").scenario;
    expect(flag("nnodes") * flag("nproc-per-node")).toBe(value("numDevices", "sixteen"));
    expect(flag("nproc-per-node")).toBe(value("devicesPerNode", "sixteen"));
    expect(model).toMatchObject({
      layers: flag("num-layers"),
      hidden: flag("hidden-size"),
      heads: flag("num-attention-heads"),
    });
    expect(flag("tensor-model-parallel-size")).toBe(mesh.tp);
    expect(flag("pipeline-model-parallel-size")).toBe(mesh.pp);
    expect(batch).toEqual({ global: flag("global-batch-size"), micro: flag("micro-batch-size") });
    expect(mesh.dp).toBe((flag("nnodes") * flag("nproc-per-node")) / (mesh.tp * mesh.pp));
    expect(value("microbatches", "sixteen")).toBe(2 * mesh.pp);
  });
});

describe("ZeRO on the cube", () => {
  test("ZeRO-1 halves the optimizer state, and sends no more than the few bytes of the norm", () => {
    expect(value("optimizerBytes", "zero-one")).toBe(value("optimizerBytes", "cube") / 2);
    expect(value("optimizerBytes", "alone") / value("optimizerBytes", "zero-one")).toBeCloseTo(8, 0);
    expect(value("sentDpBytes", "zero-one") - value("sentDpBytes", "cube")).toBe(4);
  });

  test("ZeRO-3 sends three parts for every micro-batch, ZeRO-1 two a step", () => {
    const m = value("microbatches", "zero-three");
    expect(value("sentDpBytes", "zero-three") / value("sentDpBytes", "zero-one")).toBeCloseTo((3 * m) / 2, 2);
    expect(value("stepMs", "zero-three")).toBeGreaterThan(value("stepMs", "zero-one"));
  });

  test("a stage is a single layer", () => {
    const { model, mesh } = lesson.figure("zero-three").scenario;
    expect(model.layers / mesh.pp).toBe(1);
  });

  test("with a layer a stage, ZeRO-3 holds less between steps and more at its fullest", () => {
    expect(value("modelStateBytes", "zero-three")).toBeLessThan(0.7 * value("modelStateBytes", "zero-one"));
    expect(value("fullestBytes", "zero-three") / value("fullestBytes", "zero-one")).toBeGreaterThan(1);
    expect(value("fullestBytes", "zero-three") / value("fullestBytes", "zero-one")).toBeLessThan(1.1);
  });
});

describe("eight layers on eight devices", () => {
  const fits = (scene: string) => value("fullestBytes", scene) <= value("capacityBytes", scene);

  test("eight replicas do not fit; the other three do", () => {
    expect(["all-dp", "all-pp", "all-tp", "two-each"].map(fits)).toEqual([false, true, true, true]);
  });

  test("tp 8 needs the least memory and takes the longest; two along each axis take the least time", () => {
    const others = ["all-dp", "all-pp", "two-each"];
    for (const scene of others) {
      expect(value("fullestBytes", "all-tp")).toBeLessThan(value("fullestBytes", scene));
      expect(value("stepMs", "all-tp")).toBeGreaterThan(value("stepMs", scene));
    }
    for (const scene of ["all-dp", "all-pp"]) {
      expect(value("stepMs", "two-each")).toBeLessThan(value("stepMs", scene));
    }
    expect(value("gradientBytes", "two-each") / value("gradientBytes", "all-dp")).toBeCloseTo(1 / 4, 2);
  });

  test("of the small model, four replicas in one node are as fast as the cube", () => {
    expect(value("stepMs", "undo-the-cut")).toBeLessThanOrEqual(value("stepMs", "cube"));
  });

  test("the exercise: what fits follows from what the task gives, and there is a gap above the mark", () => {
    const stop = lesson.script.stops.find(({ id }) => id === "choose-a-layout");
    if (stop?.kind !== "exercise") throw new Error("no such exercise");
    const scenario = lesson.script.scenarios["choose-a-layout"];
    const [state, activations, capacity] = (["modelStateBytes", "peakActivationBytes", "capacityBytes"] as const).map(
      (of) => value(of, "choose-a-layout"),
    );
    const best = bestOf(scenario, stop.fields, stop.judge);
    const right = new Set<string>();
    for (const settings of allSettings(stop.fields)) {
      const { mesh, zero } = settings as { mesh: { dp: number; pp: number; tp: number }; zero: number };
      const settled = settle(scenario, settings);
      const verdict = verdictOn(settled, stop.judge, best);
      const kept = state / mesh.pp / mesh.tp;
      const needed = kept / 2 + kept / 2 / (zero ? mesh.dp : 1) + activations / mesh.tp;
      expect(verdict.kind === "too-large", JSON.stringify(settings)).toBe(needed > capacity);
      const name = `${mesh.dp} ${mesh.pp} ${mesh.tp} ${zero}`;
      if (verdict.kind === "right") right.add(name);
      if ("amount" in verdict) {
        expect(verdict.amount < 1.04 * best || verdict.amount > 1.08 * best, name).toBe(true);
      }
      const figure = tryFigure(settled);
      if (typeof figure === "string") throw new Error(figure);
      expect(readMeasure("microbatches", figure).amount).toBe(mesh.pp * mesh.tp);
      // The sum of state and activations is an upper bound, but for buffers; with one micro-batch it is far from reached.
      const bytes = (of: MeasureName) => readMeasure(of, figure).amount;
      const share = bytes("fullestBytes") / (bytes("modelStateBytes") + bytes("peakActivationBytes"));
      expect(share, name).toBeLessThan(1.05);
      if (mesh.pp * mesh.tp === 1) expect(share, name).toBeLessThan(0.9);
    }
    expect([...right].sort()).toEqual(["1 4 2 0", "1 4 2 1", "2 2 2 0", "2 2 2 1", "4 2 1 1"]);
  });
});

test("who reads the same samples agrees to the last digit, and both mistakes end with a lower loss than they should", async () => {
  await startNodeBackend("wasm");
  for (const id of ["break-data", "break-axis"]) {
    const broken = lesson.script.mistakes.find((one) => one.id === id);
    if (!broken) throw new Error(`no mistake ${id}`);
    const scenario = parseScenario(broken.scenario);
    const check = await checkProgram(scenario, mistakeNamed(broken.mistake).make(scenario));
    expect(check.parameter).toBeGreaterThan(1e-3);
    if (id === "break-data") expect(check.replicas).toBe(0);
    const last = check.losses.at(-1);
    expect(last?.here).toBeLessThan(last?.oneDevice as number);
  }
}, 60_000);

test("the calculations come to what their hints say", () => {
  expect(value("microbatches", "count-microbatches")).toBe(96 / ((16 / (2 * 2)) * 2));
  expect(value("numDevices", "count-microbatches")).toBe(16);
  expect(value("numDevices", "find-the-partner")).toBe(32);
  expect(value("nextDpRank", "find-the-partner", 17)).toBe(17 + 4);
  expect(value("sentDpBytes", "stages-from-bytes")).toBe(1.5 * value("gradientBytes", "stages-from-bytes"));
  expect(value("numDevices", "stages-from-bytes")).toBe(2 * 4 * value("pipelineParallel", "stages-from-bytes"));
});
