/**
 * What the lesson on pipeline parallelism claims. Facts of the literature name their source. One file, however long, as the
 * lesson is: whoever changes a sentence finds its test by the lesson's name.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type Judge, schedulePatch, verdictOn } from "@/components/lesson/judge";
import { patchScenario } from "@/components/lesson/scenarioPatch";
import { openLessonTest } from "@/components/lesson/testing";
import { buildFigure } from "@/components/stage/state/figure";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { range } from "@/engine/base/range";
import { sumAsSample } from "@/engine/data/addition";
import { mistakeNamed } from "@/engine/mistakes";
import { buildActions } from "@/engine/passes";
import { formatActions } from "@/engine/program";
import { checkProgram } from "@/engine/reference/checkProgram";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { idlesOf, spansOf } from "@/engine/trace";

const { value, figure, script } = await openLessonTest("pipeline-parallelism");

const P = 4;
const M = 8;
const F = 1;
const I = 1;
const W = 1;
const ranks = range(P);

const lines = (scene: string) => buildActions(parseScenario(script.scenarios[scene])).ranks.map(formatActions);
const peaks = (scene: string) => ranks.map((rank) => value("peakMicrobatches", scene, rank));

describe("the text form", () => {
  test.each<[string, string[]]>([
    ["in-turn", ["0F0 0B0 0F1 0B1", "1F0 1B0 1F1 1B1", "2F0 2B0 2F1 2B1", "3F0 3B0 3F1 3B1"]],
    [
      "one-one",
      [
        "0F0 0F1 0F2 0F3 0B0 0F4 0B1 0F5 0B2",
        "1F0 1F1 1F2 1B0 1F3 1B1 1F4 1B2 1F5",
        "2F0 2F1 2B0 2F2 2B1 2F3 2B2 2F4 2B3",
        "3F0 3B0 3F1 3B1 3F2 3B2 3F3 3B3 3F4",
      ],
    ],
  ])("%s begins as the lesson writes it", (scene, begins) => {
    lines(scene).forEach((line, rank) => {
      expect(line.startsWith(begins[rank])).toBe(true);
    });
  });

  test("device 4 of ZB-H1 runs four forwards and four input gradients before its first weight gradient", () => {
    expect(lines("halves")[3].startsWith("3F0 3I0 3F1 3I1 3F2 3I2 3F3 3I3 3W0")).toBe(true);
  });

  test("the first micro-batch comes back to device 1 as 4F0 in the interleaved schedule", () => {
    expect(lines("woven")[0].startsWith("0F0 0F1 0F2 0F3 4F0")).toBe(true);
    expect(figure("woven").trace.program.ranks[0]).toBeDefined();
  });
});

describe("GPipe", () => {
  test("a micro-batch at a time leaves three quarters idle; overlapping takes about a third of the time", () => {
    expect(value("stepMs", "in-turn")).toBe(M * P * (F + I + W));
    expect(value("busyShare", "in-turn")).toBe(1 / P);
    expect(value("stepMs", "close-behind")).toBe(33);
    expect(value("busyMs", "close-behind")).toBe(value("busyMs", "in-turn"));
  });

  test("every device waits for p - 1 forwards and p - 1 backwards; 27.3 % of the total, 37.5 % of the ideal", () => {
    for (const rank of ranks) expect(value("idleMs", "all-forwards", rank)).toBe((P - 1) * (F + I + W));
    expect(value("bubbleOverTotal", "all-forwards")).toBeCloseTo((P - 1) / (M + P - 1), 12);
    expect(value("bubbleOverIdeal", "all-forwards")).toBeCloseTo((P - 1) / M, 12);
    expect(value("bubbleOverTotal", "all-forwards")).toBeCloseTo(0.273, 3);
    expect(value("bubbleOverIdeal", "all-forwards")).toBe(0.375);
    for (const name of ["OverTotal", "OverIdeal"] as const) {
      expect(value(`formula${name}`, "all-forwards")).toBeCloseTo(value(`bubble${name}`, "all-forwards"), 12);
    }
  });

  test("device 4 waits at both ends, device 1 in the middle", () => {
    const { trace } = figure("all-forwards");
    expect(idlesOf(trace, 3).map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 3],
      [27, 33],
    ]);
    expect(idlesOf(trace, 0).map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[8, 17]]);
  });

  test("the fullest device of the transformer is the fourth, which has the logits", () => {
    const totals = ranks.map((rank) => figure("piles").devices[rank]?.peakBytes.total ?? 0);
    expect(totals.indexOf(Math.max(...totals))).toBe(3);
    expect(value("peakActivationBytes", "piles", 3)).toBeGreaterThan(value("peakActivationBytes", "piles", 0));
  });

  test("the trials train half as many layers on half as many samples", () => {
    for (const { scenario } of script.mistakes) {
      expect([scenario.model.layers, scenario.batch?.global]).toEqual([4, 16]);
      const { model, batch } = figure("piles").scenario;
      expect([model.layers, batch.global]).toEqual([8, 32]);
    }
  });

  test("at the end of its forwards each device holds every micro-batch", () => {
    expect(peaks("piles")).toEqual([8, 8, 8, 8]);
    // The peak in bytes is a moment before the cursor, and hardly higher.
    const above = value("peakActivationBytes", "piles") / value("activationBytes", "piles");
    expect(above).toBeGreaterThan(1);
    expect(above).toBeLessThan(1.02);
    expect(peaks("twice-as-many")).toEqual([16, 16, 16, 16]);
    const held = value("peakActivationBytes", "piles") / value("peakActivationBytes", "one-one");
    expect(held).toBeCloseTo(2, 1);
  });
});

describe("the number of micro-batches, not their size", () => {
  test("larger ones leave the share, more of them shrink it, also without more samples", () => {
    expect(value("bubbleOverTotal", "larger")).toBe(value("bubbleOverTotal", "as-it-was"));
    expect(value("globalBatch", "more")).toBe(value("globalBatch", "as-it-was"));
    expect(value("bubbleOverTotal", "more")).toBeCloseTo((P - 1) / (2 * M + P - 1), 12);
  });

  test("a piece of work takes as long as its micro-batch is large, and so does the waiting", () => {
    const sized = ["larger", "as-it-was", "more"].map((scene) => value("microbatchSamples", scene) / 4);
    expect(sized).toEqual([2, 1, 0.5]);
    expect(value("idleMs", "larger")).toBe(2 * value("idleMs", "as-it-was"));
    expect(value("idleMs", "more")).toBe(value("idleMs", "as-it-was") / 2);
    expect(value("busyMs", "larger")).toBe(2 * value("busyMs", "as-it-was"));
    expect(value("busyMs", "more")).toBe(value("busyMs", "as-it-was"));
  });

  test("twice as many: the same waiting, half over the ideal, more than half over the total", () => {
    expect(value("idleMs", "twice-as-many")).toBe(value("idleMs", "all-forwards"));
    expect(value("bubbleOverIdeal", "twice-as-many")).toBe(value("bubbleOverIdeal", "all-forwards") / 2);
    expect(value("bubbleOverTotal", "twice-as-many")).toBeGreaterThan(value("bubbleOverTotal", "all-forwards") / 2);
  });
});

describe("1F1B", () => {
  test("takes as long as GPipe, also with F = B = 1, where both end at 22 and, for p = 8 and m = 32, at 78", () => {
    expect(value("stepMs", "one-one")).toBe(value("stepMs", "all-forwards"));
    for (const rank of ranks) expect(value("idleMs", "one-one", rank)).toBe(value("idleMs", "all-forwards", rank));
    const costs = { kind: "fixed", forward: 1, inputGrad: 0.5, weightGrad: 0.5 } as const;
    for (const scene of ["all-forwards", "one-one"]) {
      const four = patchScenario(script.scenarios[scene], { costs });
      expect(buildFigure(parseScenario(four)).trace.stepMs).toBe(22);
      const { schedule } = script.scenarios[scene];
      const eight = patchScenario(script.scenarios["bubble-of-eight"], { costs, schedule });
      expect(buildFigure(parseScenario(eight)).trace.stepMs).toBe(78);
    }
  });

  test("device k of p holds p - k + 1 micro-batches, however many there are", () => {
    expect(peaks("one-one")).toEqual([4, 3, 2, 1]);
    expect(range(8).map((rank) => value("peakMicrobatches", "held-by-third", rank))).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    const many = patchScenario(script.scenarios["bubble-of-eight"], { mesh: { pp: P } });
    expect(buildFigure(parseScenario(many)).devices.map(({ peakMicrobatches }) => peakMicrobatches)).toEqual([
      4, 3, 2, 1,
    ]);
  });

  test("warms up with three, two, one and no forwards", () => {
    const warmups = lines("one-one").map((line) => line.split(" ").findIndex((word) => word.includes("B")) - 1);
    expect(warmups).toEqual([3, 2, 1, 0]);
  });

  test("does not divide the activations: device 1 holds as much as one device with all the layers", () => {
    const ratio = value("peakActivationBytes", "one-one") / value("peakActivationBytes", "alone");
    expect(ratio).toBeCloseTo(1, 2);
    expect(value("peakMicrobatches", "alone")).toBe(1);
    expect(value("parameterBytes", "one-one")).toBeLessThan(value("parameterBytes", "alone") / 3);
  });
});

describe("counted whole", () => {
  beforeAll(() => startNodeBackend("wasm"));

  test("plain gradient descent shows micro-batches that are not divided by their number, and Adam hides them", async () => {
    const trial = script.mistakes.find(({ id }) => id === "break-scale");
    const apart = async (patch: Parameters<typeof patchScenario>[1]) => {
      const scenario = parseScenario(patchScenario(trial?.scenario as ScenarioInput, patch));
      const { losses } = await checkProgram(scenario, mistakeNamed("counted-whole").make(scenario));
      return Math.max(...losses.map(({ here, oneDevice }) => Math.abs(here - oneDevice)));
    };
    expect(await apart({})).toBeGreaterThan(0.5);
    expect(await apart({ optimizer: { kind: "adamw", lr: 0.003 } })).toBeLessThan(0.01);
  });
});

test("every micro-batch has as many tokens in its loss: only the digits of a sum, of which each has as many", () => {
  const { data } = figure("one-one").scenario;
  expect(data).toEqual({ kind: "addition", digits: 2 });
  const counted = range(100).map((a) => sumAsSample({ a, b: 99 }, 2).targets.filter((token) => token >= 0).length);
  expect(new Set(counted).size).toBe(1);
});

test("equally many layers on each device, and still the ends have more: the embedding, and the head", () => {
  const held = ranks.map((rank) => value("parameterBytes", "one-one", rank));
  expect(held[1]).toBe(held[2]);
  for (const end of [0, P - 1]) expect(held[end]).toBeGreaterThan(held[1] as number);
});

describe("interleaved", () => {
  test("with one layer for each stage, as many stages on a device as L / (p k)", () => {
    const { model, mesh, schedule } = figure("woven").scenario;
    expect([model.layers, mesh.pp]).toEqual([8, P]);
    expect(schedule).toMatchObject({ virtual: 8 / (P * 1) });
  });

  test("idle over ideal is (p - 1) / (v m), in the figure as by the formula", () => {
    expect(value("bubbleOverIdeal", "woven")).toBeCloseTo((P - 1) / (2 * M), 12);
    expect(value("formulaOverIdeal", "woven")).toBeCloseTo((P - 1) / (2 * M), 12);
    expect(value("idleMs", "woven")).toBe(value("idleMs", "one-one") / 2);
    expect(value("stepMs", "woven")).toBe(28.5);
  });

  test("holds 11, 9, 7 and 5 halves: 11/8 as much as 1F1B, 1 + (p - 1)/(p v), in bytes as well", () => {
    expect(peaks("woven")).toEqual([11, 9, 7, 5]);
    const factor = value("heldStages", "woven") / value("heldStages", "one-one");
    expect(factor).toBe(11 / 8);
    expect(factor).toBe(1 + (P - 1) / (P * 2));
    expect(value("peakActivationBytes", "woven") / value("peakActivationBytes", "one-one")).toBeCloseTo(factor, 1);
  });

  test("device 2 sends twice as many messages, device 1 three times", () => {
    expect(value("messagesPp", "woven", 1)).toBe(2 * value("messagesPp", "one-one", 1));
    expect(value("messagesPp", "woven", 0)).toBe(3 * value("messagesPp", "one-one", 0));
  });

  test("looped BFS has the same bubble and holds everything", () => {
    const looped = buildFigure(
      parseScenario(patchScenario(script.scenarios.woven, { schedule: { kind: "looped-bfs", virtual: 2 } })),
    );
    expect(looped.trace.stepMs).toBe(value("stepMs", "woven"));
    expect(looped.devices.map(({ peakMicrobatches }) => peakMicrobatches)).toEqual([16, 16, 16, 16]);
  });
});

describe("zero-bubble schedules", () => {
  test("ZB-H1: a bubble of (p - 1)(F + I - W), and p micro-batches on every device", () => {
    expect(value("idleMs", "h-one")).toBe((P - 1) * (F + I - W));
    expect(value("stepMs", "h-one")).toBe(27);
    expect(peaks("h-one")).toEqual([4, 4, 4, 4]);
    expect(value("fullestBytes", "h-one")).toBeGreaterThan(value("fullestBytes", "one-one"));
  });

  test("ZB-H2: no waiting between a device's first and last operation, for 2p - 1 micro-batches", () => {
    for (const rank of ranks) expect(value("ownIdleMs", "h-two", rank)).toBe((P - 1) * (F + I - 2 * W));
    expect(peaks("h-two")).toEqual([7, 7, 7, 7]);
    expect(value("stepMs", "h-two")).toBe(value("stepMs", "h-one"));
    expect(value("firstStartMs", "h-two", 3)).toBeGreaterThan(value("firstStartMs", "h-two", 0));
    expect(value("lastEndMs", "h-two", 3)).toBeGreaterThan(value("lastEndMs", "h-two", 0));
  });

  test("ZB-V: no waiting from 2p - 1 micro-batches on; some with fewer, and with real times", () => {
    const waits = (patch: Parameters<typeof patchScenario>[1]) => {
      const { devices } = buildFigure(parseScenario(patchScenario(script.scenarios["v-shape"], patch)));
      const own = devices.map(({ firstStartMs, lastEndMs, busyMs }) => lastEndMs - firstStartMs - busyMs);
      return Math.max(...own);
    };
    expect(waits({ batch: { global: 4 * (2 * P - 1) } })).toBe(0);
    expect(waits({ batch: { global: 4 * P } })).toBeGreaterThan(0);
    expect(waits({ costs: { kind: "fixed", forward: 0.5, inputGrad: 0.5, weightGrad: 0.3 } })).toBeGreaterThan(0.1);
    const sent = (scene: string) => ranks.map((rank) => value("messagesPp", scene, rank)).reduce((a, b) => a + b);
    expect(sent("v-shape")).toBeGreaterThan(sent("h-two"));
  });

  test("ZB-V: no waiting either, in the memory of 1F1B; device 1 has the first stage and the last", () => {
    for (const rank of ranks) expect(value("ownIdleMs", "v-shape", rank)).toBe(0);
    for (const rank of ranks) expect(value("heldStages", "v-shape", rank)).toBe(value("heldStages", "one-one"));
    expect(buildActions(parseScenario(script.scenarios["v-shape"])).stageToRank).toEqual([0, 1, 2, 3, 3, 2, 1, 0]);
    const bytes = value("peakActivationBytes", "v-shape") / value("peakActivationBytes", "one-one");
    expect(bytes).toBeCloseTo(1, 1);
  });

  test("DualPipeV: 2 (p - 1) of half stages idle; it holds a little more than ZB-V", () => {
    expect(value("idleMs", "dual")).toBe(2 * (P - 1) * 0.5);
    expect(value("heldStages", "dual")).toBe(4.5);
  });

  test("a weight gradient before its input gradient is refused", () => {
    const broken = script.mistakes.find(({ id }) => id === "break-weights");
    const { make } = mistakeNamed("weights-first");
    expect(() => make(parseScenario(broken?.scenario as ScenarioInput))).toThrow();
  });

  // Qi et al. 2024, arXiv:2401.10241, table 5: p = 8, m = 24.
  test.each([
    ["paper-one-one", 0.2431],
    ["paper-h-one", 0.1585],
    ["paper-h-two", 0.1083],
  ])("%s: the published bubble rate, %d", (scene, rate) => {
    expect(value("spanBubble", scene)).toBeCloseTo(rate, 4);
    expect([value("pipelineParallel", scene), value("microbatches", scene)]).toEqual([8, 24]);
  });
});

describe("where messages take time", () => {
  test("more is idle than the formula says; GPipe hides its messages a little better than 1F1B", () => {
    expect(value("bubbleOverTotal", "machine")).toBeGreaterThan(value("formulaOverTotal", "machine"));
    const ratio = value("stepMs", "machine-gpipe") / value("stepMs", "machine-one-one");
    expect(ratio).toBeLessThan(1);
    expect(ratio).toBeGreaterThan(0.98);
    expect(value("peakMicrobatches", "machine-gpipe")).toBe(value("microbatches", "machine-gpipe"));
  });

  test("three things that the formula lacks: messages while filling, waits in between, a busier last device", () => {
    const { trace } = figure("machine-one-one");
    const forwards = ranks.slice(0, -1).map((rank) => {
      const first = spansOf(trace, rank, "compute").filter(({ instruction: { action } }) => action?.microbatch === 0);
      const own = first.filter(({ instruction: { action } }) => action?.kind === "F");
      return own.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    });
    expect(forwards.every((ms) => ms > 0)).toBe(true);
    expect(value("firstStartMs", "machine-one-one", 3)).toBeGreaterThan(forwards.reduce((a, b) => a + b));
    expect(value("ownIdleMs", "machine-one-one", 3)).toBeGreaterThan(0);
    const busy = ranks.map((rank) => value("busyMs", "machine-one-one", rank));
    for (const other of busy.slice(0, -1)) expect(busy[3]).toBeGreaterThan(other);
    expect(value("bubbleOverTotal", "machine-gpipe")).toBeGreaterThan(value("formulaOverTotal", "machine-gpipe"));
    expect(value("ownIdleMs", "machine-gpipe", 3)).toBeLessThan(value("ownIdleMs", "machine-one-one", 3));
  });

  test("interleaving wins less than it would without messages; ZB-V is the shortest of the four", () => {
    const won = (scene: string, from: string) => 1 - value("stepMs", scene) / value("stepMs", from);
    expect(won("machine-interleaved", "machine-one-one")).toBeGreaterThan(0);
    expect(won("machine-interleaved", "machine-one-one")).toBeLessThan(won("woven", "one-one") / 2);
    const others = ["machine-one-one", "machine-gpipe", "machine-interleaved"].map((scene) => value("stepMs", scene));
    expect(value("stepMs", "machine-v")).toBeLessThan(Math.min(...others));
  });

  test("smaller micro-batches have a smaller bubble and the longer step: devices are busy longer", () => {
    expect(value("bubbleOverTotal", "finer-pieces")).toBeLessThan(value("bubbleOverTotal", "machine"));
    expect(value("stepMs", "finer-pieces")).toBeGreaterThan(value("stepMs", "machine"));
    expect(value("busyMs", "finer-pieces")).toBeGreaterThan(value("busyMs", "machine"));
    expect(value("microbatches", "finer-pieces") / value("microbatches", "machine")).toBe(2);
  });

  test("between one micro-batch and many there is a best number", () => {
    const stepMs = [32, 16, 8, 4, 2, 1].map((micro) => {
      const scenario = patchScenario(script.scenarios["machine-gpipe"], { batch: { micro } });
      return buildFigure(parseScenario(scenario)).trace.stepMs;
    });
    const best = stepMs.indexOf(Math.min(...stepMs));
    expect(best).toBeGreaterThan(0);
    expect(best).toBeLessThan(stepMs.length - 1);
  });
});

describe("schedules written by hand", () => {
  const judged = (id: string, ...written: string[]) => {
    const stop = script.stops.find((one) => one.id === id);
    if (stop?.kind !== "write") throw new Error(`${id} is written`);
    return verdictOn(patchScenario(script.scenarios[id], schedulePatch(written)), stop.judge as Judge);
  };
  const gpipe = ["0F0 0F1 0F2 0F3 0B0 0B1 0B2 0B3", "1F0 1F1 1F2 1F3 1B0 1B1 1B2 1B3"];
  const oneOne = ["0F0 0F1 0B0 0F2 0B1 0F3 0B2 0B3", "1F0 1B0 1F1 1B1 1F2 1B2 1F3 1B3"];
  const split = ["0F0 0F1 0I0 0W0 0F2 0I1 0W1 0F3 0I2 0W2 0I3 0W3", "1F0 1I0 1F1 1I1 1W0 1F2 1I2 1W1 1F3 1I3 1W2 1W3"];

  test("both GPipe and 1F1B are fast enough; only 1F1B is small enough; with I and W two units less are possible", () => {
    expect(judged("write-fast", ...gpipe)).toEqual({ kind: "right", amount: 15 });
    expect(judged("write-fast", ...oneOne)).toEqual({ kind: "right", amount: 15 });
    expect(judged("write-small", ...gpipe)).toMatchObject({ kind: "over-limit", amount: 4 });
    expect(judged("write-small", ...oneOne)).toEqual({ kind: "right", amount: 15 });
    expect(judged("write-small", ...split)).toEqual({ kind: "right", amount: 13 });
  });

  test("what cannot run is refused in a sentence that names the place", () => {
    const verdict = judged("write-fast", "0F0 0F1 0F2 0F3 0B0 0B1 0B2 0B3", "1B0 1F0 1F1 1F2 1F3 1B1 1B2 1B3");
    expect(verdict.kind).toBe("refused");
    expect((verdict as { sentence: string }).sentence).toContain("1B0");
  });

  test("eight stages and 32 micro-batches: 7/39 idle, six held by device 3", () => {
    expect(value("bubbleOverTotal", "bubble-of-eight")).toBeCloseTo(7 / 39, 12);
    expect(value("peakMicrobatches", "held-by-third", 2)).toBe(6);
  });
});

test("forwards and backwards of 1F1B alternate in the steady phase, with all devices at work in between", () => {
  const { trace } = figure("one-one");
  const kinds = spansOf(trace, 3, "compute").flatMap(({ instruction: { action } }) => (action ? [action.kind] : []));
  const runs = kinds.filter((kind, i) => kind !== kinds[i - 1]);
  expect(runs.join("")).toBe("FB".repeat(M));
});
