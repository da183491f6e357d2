/** What the text of the lesson on collectives claims, beside what every lesson is tested for. */
import { beforeAll, describe, expect, test } from "vitest";
import { adjointOf, collectivesOf } from "@/components/collective/choice";
import { openLessonTest } from "@/components/lesson/testing";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { sum } from "@/engine/base/range";
import { chunksSent, OPERATIONS } from "@/engine/collectives/operations";
import { mistakeNamed } from "@/engine/mistakes";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario } from "@/engine/scenario";
import { spansOf } from "@/engine/trace";

let lesson: Awaited<ReturnType<typeof openLessonTest>>;
beforeAll(async () => {
  lesson = await openLessonTest("collectives");
});

const commOf = (scene: string, rank: number) => spansOf(lesson.figure(scene).trace, rank, "comm");

describe("a pair", () => {
  test("as many bytes come back as go forward, and device 2 has nothing to do until the message is there", () => {
    const { value } = lesson;
    expect(value("messageBytes", "pair", 1)).toBe(value("messageBytes", "pair", 0));
    const [send] = commOf("pair", 0);
    expect(send.instruction.op).toBe("send");
    expect(value("firstStartMs", "pair", 1)).toBe(send.endMs);
    const back = commOf("pair", 1).find(({ instruction }) => instruction.op === "send");
    expect(back?.instruction.on).toBe(`d(${send.instruction.on})`);
  });
});

describe("a group", () => {
  test("all begin at the same moment", () => {
    const starts = [0, 1, 2, 3].map((rank) => commOf("group", rank)[0].startMs);
    expect(new Set(starts).size).toBe(1);
  });

  test("in pieces, two buckets are equally long and two are not: both mistakes can be made", () => {
    expect(lesson.script.mistakes.map(({ mistake }) => mistake)).toEqual([
      "other-order",
      "buckets-mixed-up",
      "gradient-summed-twice",
    ]);
  });
});

test("no run here needs a broadcast, a reduce or an all-to-all: only the figures show them", () => {
  const { scenarios } = lesson.script;
  const ops = Object.keys(scenarios).flatMap((scene) =>
    lesson
      .figure(scene)
      .trace.program.ranks[0].instructions.flatMap(({ stream, op }) => (stream === "comm" ? [op] : [])),
  );
  expect([...new Set(ops)].sort()).toEqual(["allGather", "allReduce", "recv", "reduceScatter", "send"]);
});

test("only of an all-reduce the results are copies that count once", () => {
  const named = ["send", "broadcast", "reduce", "all-gather", "reduce-scatter", "all-to-all", "all-reduce"] as const;
  expect(named.filter((name) => OPERATIONS[name].after === "copies")).toEqual(["all-reduce"]);
});

describe("parts", () => {
  test("the all-gather of a layer and the reduce-scatter of its gradients carry the same tensor and find each other", () => {
    const entries = collectivesOf(lesson.figure("parts").trace, 0).filter(
      ({ instruction }) => instruction.on === "layers.0",
    );
    expect(entries.map(({ instruction }) => instruction.op)).toEqual(["allGather", "allGather", "reduceScatter"]);
    expect(new Set(entries.map(({ elements }) => elements)).size).toBe(1);
    expect(adjointOf(entries, entries[2])).toBe(entries[0]);
    expect(adjointOf(entries, entries[0])).toBe(entries[2]);
  });

  test("nothing is computed before the first layer is gathered, and its reduce-scatter comes last", () => {
    const { trace } = lesson.figure("parts");
    const [first] = commOf("parts", 0);
    expect(first).toMatchObject({ startMs: 0, instruction: { op: "allGather", on: "layers.0" } });
    const forward = spansOf(trace, 0).find(({ instruction: { op } }) => op === "forward");
    expect(forward?.startMs).toBe(first.endMs);
    expect(commOf("parts", 0).at(-1)?.instruction).toMatchObject({ op: "reduceScatter", on: "layers.0" });
  });
});

describe("bytes", () => {
  test("the ring of four: 2(n - 1) rounds, 2(n - 1)/n of the tensor, and in all what a root would move", () => {
    const { value } = lesson;
    expect(value("collectiveRounds", "ring")).toBe(6);
    expect(value("collectiveSentBytes", "ring") / value("collectiveBytes", "ring")).toBeCloseTo(1.5, 3);
    expect(value("sentOverGradient", "ring")).toBeCloseTo(1.5, 3);
    expect(value("collectiveAllBytes", "ring")).toBe(value("collectiveRootBytes", "ring"));
    expect(value("collectiveRootMs", "ring")).toBeGreaterThan(3 * value("collectiveMs", "ring"));
  });

  test("one all-reduce, or its two halves: the same bytes, but for padding", () => {
    const { value } = lesson;
    expect(value("sentDpBytes", "two-pieces") / value("sentDpBytes", "one-piece")).toBeCloseTo(1, 3);
    expect(value("allReducesDp", "two-pieces")).toBe(0);
    expect(value("reduceScattersDp", "two-pieces")).toBe(4);
    expect(value("allGathersDp", "two-pieces")).toBe(4);
    // The optimizer works between the halves.
    const last = (op: string) => commOf("two-pieces", 0).findLast(({ instruction }) => instruction.op === op);
    const optimize = spansOf(lesson.figure("two-pieces").trace, 0).find(({ instruction: { op } }) => op === "optimize");
    expect(last("reduceScatter")?.endMs).toBeLessThanOrEqual(optimize?.startMs ?? 0);
    expect(last("allGather")?.startMs).toBeGreaterThan(optimize?.startMs ?? 0);
  });

  test.each([
    ["send", 1, 1],
    ["broadcast", 1, 3],
    ["reduce", 1, 3],
    ["all-gather", 3 / 4, 3],
    ["reduce-scatter", 3 / 4, 3],
    ["all-to-all", 3 / 4, 3],
    ["all-reduce", 6 / 4, 6],
  ] as const)("the table, with n = 4: %s", (name, most, all) => {
    const sent = chunksSent(OPERATIONS[name].plan(4), 4, Number.POSITIVE_INFINITY);
    expect(Math.max(...sent) / 4).toBe(most);
    expect(sum(sent) / 4).toBe(all);
  });
});

describe("time", () => {
  test("with a fifth device in another node the ring is four times slower, for hardly more bytes", () => {
    const { value } = lesson;
    const ratio = (of: Parameters<typeof value>[0]) => value(of, "one-more") / value(of, "ring");
    expect(ratio("collectiveMs")).toBeGreaterThan(4);
    expect(ratio("collectiveSentBytes")).toBeLessThan(1.1);
    expect(ratio("linkBytesPerMs")).toBe(1 / 4);
    expect(value("chunkBytes", "one-more")).toBeLessThan(value("chunkBytes", "ring"));
  });

  test("the formula is what is simulated", () => {
    const { value } = lesson;
    for (const scene of ["ring", "machine", "smaller", "narrow", "medium", "wide"]) {
      const [n, bytes, latencyMs, perMs] = (
        ["groupSize", "collectiveBytes", "linkLatencyMs", "linkBytesPerMs"] as const
      ).map((of) => value(of, scene));
      const formulaMs = 2 * (n - 1) * (latencyMs + bytes / (n * perMs));
      // Chunks are whole numbers of elements.
      expect(value("collectiveMs", scene) / formulaMs).toBeCloseTo(1, 3);
      expect(value("roundLatencyMs", scene) + value("roundBytesMs", scene)).toBeCloseTo(
        value("collectiveMs", scene),
        9,
      );
    }
  });

  test("a small tensor is latency-bound: a quarter of it takes as long; a large one is bandwidth-bound", () => {
    const { value } = lesson;
    expect(value("collectiveBytes", "smaller") / value("collectiveBytes", "machine")).toBeCloseTo(0.25, 1);
    expect(value("collectiveMs", "smaller") / value("collectiveMs", "machine")).toBeGreaterThan(0.98);
    const shares = ["machine", "narrow", "medium", "wide"].map((scene) => value("latencyShare", scene));
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[0]).toBeGreaterThan(0.9);
    expect(value("hidden", "machine") / value("hidden", "smaller")).toBe(2);
    expect(value("insideBandwidth", "machine")).toBe(600e9 / 2); // as the maker says, both directions added
    expect(value("insideBandwidth", "machine")).toBe(1000 * value("linkBytesPerMs", "machine"));
    expect(shares[3]).toBeLessThan(0.05);
    expect(value("linkLatencyMs", "worth-its-latency")).toBe(value("linkLatencyMs", "smaller"));
  });
});

test("where the text speaks of the all-reduce there is one; of a wide model, the large bucket is nearly all", () => {
  const { value } = lesson;
  for (const scene of [
    "group",
    "ring",
    "one-more",
    "machine",
    "smaller",
    "narrow",
    "bytes-of-eight",
    "time-of-three",
  ]) {
    expect(value("bucketCount", scene), scene).toBe(1);
  }
  for (const scene of ["medium", "wide"]) {
    expect(value("bucketCount", scene)).toBe(2);
    expect(value("collectiveBytes", scene) / value("gradientBytes", scene)).toBeGreaterThan(0.99);
  }
});

test("the exercises start from the ring that they ask about, and nothing else travels in it", () => {
  for (const [id, devices] of [
    ["bytes-of-eight", 8],
    ["time-of-three", 3],
  ] as const) {
    expect(lesson.value("groupSize", id)).toBe(devices);
    expect(commOf(id, 0).map(({ instruction: { op } }) => op)).toEqual(["allReduce"]);
  }
  expect(lesson.value("devicesPerNode", "time-of-three")).toBeGreaterThanOrEqual(3);
});

test("the fifth device is the only one in another node", () => {
  const { scenario, devices } = lesson.figure("one-more");
  expect(devices).toHaveLength(5);
  expect(scenario.mesh).toMatchObject({ dp: 5, pp: 1, tp: 1 });
  expect(lesson.value("devicesPerNode", "one-more")).toBe(4);
});

test("the all-reduce of the gradients comes after backward, and nothing of it goes back", () => {
  const { trace } = lesson.figure("ring");
  const [sum] = commOf("ring", 0);
  expect(sum.instruction.action).toBeUndefined();
  const passes = spansOf(trace, 0).filter(({ instruction: { action } }) => action);
  expect(sum.startMs).toBeGreaterThanOrEqual(Math.max(...passes.map(({ endMs }) => endMs)));
});

describe("copies", () => {
  test("the sum of layer 1 is completed forward and sends nothing back; the copy for layer 2 is the other way round", () => {
    const messages = commOf("copies", 0).map(({ instruction: { op, on, action } }) => `${action?.kind} ${op} ${on}`);
    expect(messages).toEqual(["F allReduce layers.1.sum", "F allReduce layers.3.sum", "B allReduce d(layers.2.copy)"]);
  });

  test("a gradient that is summed twice goes down faster for a while, and is not the training of one device", async () => {
    await startNodeBackend("wasm");
    const trial = lesson.script.mistakes.find(({ id }) => id === "break-twice");
    if (!trial) throw new Error("a mistake");
    const scenario = parseScenario(trial.scenario);
    const { losses, parameter } = await checkProgram(scenario, mistakeNamed(trial.mistake).make(scenario));
    expect(losses[4].here).toBeLessThan(losses[4].oneDevice);
    expect(losses[9].here).toBeGreaterThan(losses[9].oneDevice);
    expect(parameter).toBeGreaterThan(0.01);
  });
});
