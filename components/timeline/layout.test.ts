import { expect, test } from "vitest";
import { buildProgram } from "@/engine/passes";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { costsOf, simulate } from "@/engine/simulate";
import type { Trace } from "@/engine/trace";
import { layoutTicks, layoutTimeline, type TimelineFrame, timeScale } from "./layout";

const base: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 2 },
  gradientSync: { bucketBytes: 1024 },
};

function traceOf(patch: Partial<ScenarioInput> = {}): Trace {
  const scenario = parseScenario({ ...base, ...patch });
  return simulate(buildProgram(scenario), costsOf(scenario));
}

function frameOf(trace: Trace, patch: Partial<TimelineFrame> = {}): TimelineFrame {
  const windowMs = [0, trace.stepMs] as const;
  return { widthPx: 600, windowMs, rowHeightPx: 80, laneHeightPx: 24, commHeightPx: 12, laneGapPx: 2, ...patch };
}

test("under unit costs a forward takes 1 and a backward 2: 4 micro-batches in 12 units fill 600 px exactly", () => {
  const trace = traceOf();
  const { bars, idles } = layoutTimeline(trace, frameOf(trace));
  const compute = bars.filter(({ rank, stream }) => rank === 0 && stream === "compute");
  expect(compute.map(({ kind, microbatch }) => `${kind} ${microbatch}`)).toEqual([
    "forward 0",
    "backward 0",
    "forward 1",
    "backward 1",
    "forward 2",
    "backward 2",
    "forward 3",
    "backward 3",
  ]);
  expect(compute.map(({ xPx }) => Math.round(xPx))).toEqual([0, 50, 150, 200, 300, 350, 450, 500]);
  expect(compute.map(({ widthPx }) => Math.round(widthPx))).toEqual([50, 100, 50, 100, 50, 100, 50, 100]);
  expect(compute.map(({ label }) => label)).toEqual(["1", "1", "2", "2", "3", "3", "4", "4"]);
  expect(idles).toEqual([]);
});

test("rows are a device each: compute on top, comm under it", () => {
  const trace = traceOf();
  expect(layoutTimeline(trace, frameOf(trace)).lanes).toEqual([
    { rank: 0, stream: "compute", xPx: 0, yPx: 0, widthPx: 600, heightPx: 24 },
    { rank: 0, stream: "comm", xPx: 0, yPx: 26, widthPx: 600, heightPx: 12 },
    { rank: 1, stream: "compute", xPx: 0, yPx: 80, widthPx: 600, heightPx: 24 },
    { rank: 1, stream: "comm", xPx: 0, yPx: 106, widthPx: 600, heightPx: 12 },
  ]);
});

test("a message that takes no time is an instant 2 px wide, inside the frame and without a label", () => {
  const trace = traceOf();
  const instants = layoutTimeline(trace, frameOf(trace)).bars.filter(
    ({ kind, rank }) => kind === "collective" && rank === 0,
  );
  expect(instants).toHaveLength(trace.program.ranks[0].groups.length);
  for (const { widthPx, xPx, label } of instants) {
    expect(widthPx).toBe(2);
    expect(xPx + widthPx).toBeLessThanOrEqual(600);
    expect(label).toBe("");
  }
});

test("a message says its name where there is room, two letters where there is less, and else nothing", () => {
  const trace = traceOf({ costs: { kind: "hardware", preset: "classroom" } });
  const labels = (widthPx: number) => {
    const { bars } = layoutTimeline(trace, { ...frameOf(trace), widthPx });
    return new Set(bars.filter(({ kind }) => kind === "collective").map(({ label }) => label));
  };
  expect(labels(20_000)).toEqual(new Set(["all-reduce"]));
  expect([...labels(600)].every((label) => ["all-reduce", "AR", ""].includes(label))).toBe(true);
  const widths = [100, 200, 400, 600, 800, 1200, 2000];
  expect(widths.some((widthPx) => labels(widthPx).has("AR"))).toBe(true);
  expect(labels(20)).toEqual(new Set([""]));
});

test("on a machine bars and idle stretches of a device tile the step without gap or overlap", () => {
  const trace = traceOf({ costs: { kind: "hardware", preset: "classroom" } });
  const { bars, idles } = layoutTimeline(trace, frameOf(trace));
  const own = [
    ...bars.filter(({ rank, stream }) => rank === 1 && stream === "compute"),
    ...idles.filter(({ rank }) => rank === 1),
  ];
  const sorted = own.sort((a, b) => a.xPx - b.xPx);
  let edgePx = 0;
  for (const { xPx, widthPx } of sorted) {
    expect(xPx).toBeCloseTo(edgePx, 6);
    edgePx = xPx + widthPx;
  }
  expect(edgePx).toBeCloseTo(600, 6);
  expect(own.filter((mark) => "kind" in mark && mark.kind === "optimizer")).toHaveLength(1);
});

test("zoomed in, a bar is a single instruction with the name of its layer", () => {
  const trace = traceOf({ costs: { kind: "hardware", preset: "classroom" } });
  const windowMs = [0, trace.stepMs / 20] as const;
  const { bars, detail } = layoutTimeline(trace, frameOf(trace, { windowMs }));
  expect(detail).toBe("instruction");
  expect(bars.find(({ kind }) => kind === "forward")).toMatchObject({ first: 1, last: 1, label: "layers.0" });
  expect(bars[0]).toMatchObject({ kind: "copy", label: "load inputs" });
});

test("bars that reach out of the window are cut at its edges", () => {
  const trace = traceOf();
  const { bars } = layoutTimeline(trace, frameOf(trace, { windowMs: [0.5, 11] }));
  const [first, ...rest] = bars.filter(({ rank, stream }) => rank === 0 && stream === "compute");
  expect(first.xPx).toBe(0);
  expect(first.widthPx).toBeCloseTo((0.5 / 10.5) * 600, 6);
  const last = rest[rest.length - 1];
  expect(last.xPx + last.widthPx).toBe(600);
});

test("a frame of no width, or a window of no time, has bars of no width and no ticks", () => {
  const trace = traceOf();
  for (const patch of [{ widthPx: 0 }, { windowMs: [3, 3] as const }]) {
    const { bars, ticks } = layoutTimeline(trace, frameOf(trace, patch));
    expect(ticks).toEqual([]);
    for (const { widthPx, label } of bars) {
      expect(widthPx).toBeLessThanOrEqual(2);
      expect(label).toBe("");
    }
  }
});

test("ticks stand at round times, some 74 px apart", () => {
  expect(layoutTicks({ widthPx: 600, windowMs: [0, 12] }).map(({ atMs, xPx, label }) => [atMs, xPx, label])).toEqual([
    [0, 0, "0"],
    [2, 100, "2"],
    [4, 200, "4"],
    [6, 300, "6"],
    [8, 400, "8"],
    [10, 500, "10"],
    [12, 600, "12"],
  ]);
});

test("times outside the window are drawn at its edge", () => {
  const x = timeScale({ widthPx: 100, windowMs: [10, 20] });
  expect([x(0), x(15), x(99)]).toEqual([0, 50, 100]);
});

test("a trace in which nothing happens has lanes and nothing in them", () => {
  const { order: _, ...usual } = traceOf();
  const nothing = { buffers: [], resident: [], instructions: [], groups: [] };
  const empty: Trace = {
    ...usual,
    program: { mesh: { dp: 1, pp: 1, tp: 1 }, ranks: [nothing] },
    order: { rank: new Uint16Array(), index: new Uint32Array(), firing: new Uint32Array(), numFirings: 0 },
    startMs: [new Float64Array()],
    endMs: [new Float64Array()],
    stepMs: 0,
  };
  expect(layoutTimeline(empty, frameOf(empty))).toMatchObject({ bars: [], idles: [], ticks: [], numMarks: 0 });
  expect(layoutTimeline(empty, frameOf(empty)).lanes).toHaveLength(2);
});

test("a bar says which of its device's stages it works on, where stages go around and where they turn back", () => {
  const model = { kind: "mlp", inputs: 2, hidden: 16, layers: 8, classes: 3 } as const;
  const roundsOf = (patch: Partial<ScenarioInput>) => {
    const trace = traceOf({ model, mesh: { pp: 2 }, ...patch });
    return layoutTimeline(trace, frameOf(trace)).bars.flatMap(({ rank, first, stream, round }) => {
      const { action } = trace.program.ranks[rank].instructions[first];
      return action && stream === "compute" ? [`device ${rank + 1}, stage ${action.stage + 1}: ${round}`] : [];
    });
  };
  const once = ["device 1, stage 1: 0", "device 2, stage 2: 0"];
  expect(new Set(roundsOf({ schedule: { kind: "1f1b" } }))).toEqual(new Set(once));
  expect(new Set(roundsOf({ schedule: { kind: "interleaved", virtual: 2 } }))).toEqual(
    new Set([...once, "device 1, stage 3: 1", "device 2, stage 4: 1"]),
  );
  expect(new Set(roundsOf({ schedule: { kind: "zbv" } }))).toEqual(
    new Set([...once, "device 2, stage 3: 1", "device 1, stage 4: 1"]),
  );
  // By hand they may lie anywhere: here each device has two neighbours.
  const ranks = ["0F0 1F0 1B0 0B0", "2F0 3F0 3B0 2B0"];
  expect(
    new Set(
      roundsOf({ batch: { global: 4, micro: 4 }, schedule: { kind: "custom", ranks, stageToRank: [0, 0, 1, 1] } }),
    ),
  ).toEqual(new Set(["device 1, stage 1: 0", "device 1, stage 2: 1", "device 2, stage 3: 0", "device 2, stage 4: 1"]));
});
