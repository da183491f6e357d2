import { expect, test } from "vitest";
import { account, deviceReports, peaksOf } from "../account";
import { product, range, sum } from "../base/range";
import { allParameters, describeModel, parameterCount } from "../model/model";
import { buildProgram } from "../passes";
import { bufferBytes, isCollective, validateProgram } from "../program";
import { parseScenario } from "../scenario";
import { bubble, busyOf, eventsOf, exposedCommMs, spansOf } from "../trace";
import { costsOf, simulate } from ".";

const gpt = { kind: "gpt", layers: 4, hidden: 32, heads: 4, seq: 16, vocab: 32 };
const traceOf = (input: object) => {
  const scenario = parseScenario({ model: gpt, batch: { global: 16, micro: 2 }, ...input });
  const program = buildProgram(scenario);
  validateProgram(program);
  return simulate(program, costsOf(scenario));
};
const classroom = { kind: "hardware", preset: "classroom" };

test.each(range(4).map((i) => 2 ** i))(
  "unit costs, one device, %i micro-batches: 3 units each, exactly, and never idle",
  (m) => {
    const trace = traceOf({ batch: { global: 2 * m, micro: 2 } });
    expect(trace.stepMs).toBe(3 * m);
    expect(bubble(trace)).toEqual({ idleOverTotal: 0, idleOverIdeal: 0 });
  },
);

test("fixed costs take the given times, whatever the model", () => {
  const costs = { kind: "fixed", forward: 18.522, inputGrad: 18.086, weightGrad: 9.337 };
  expect(traceOf({ costs }).stepMs).toBeCloseTo(8 * (18.522 + 18.086 + 9.337), 9);
});

test("an optimizer reads and writes its own part only: with ZeRO-1 and 2 it takes as long as with ZeRO-3", () => {
  const mlp = { kind: "mlp", inputs: 8, hidden: 64, layers: 4, classes: 8 };
  const optimizeMs = (zero: number) => {
    const input = { model: mlp, mesh: { dp: 4 }, zero, costs: classroom, gradientSync: { bucketBytes: 1 } };
    const trace = traceOf({ ...input, optimizer: { kind: "adamw", lr: 0.1 } });
    const updates = spansOf(trace, 0, "compute").filter(({ instruction }) => instruction.op === "optimize");
    return sum(updates.map(({ startMs, endMs }) => endMs - startMs));
  };
  expect(optimizeMs(1)).toBeCloseTo(optimizeMs(3), 9);
  expect(optimizeMs(2)).toBeCloseTo(optimizeMs(3), 9);
  expect(optimizeMs(0)).toBeGreaterThan(optimizeMs(1));
});

test("gradient sync takes no time under unit costs", () => {
  const trace = traceOf({ mesh: { dp: 4 } });
  expect(trace.stepMs).toBe(6);
  for (const rank of range(4)) expect(exposedCommMs(trace, rank)).toBe(0);
});

test("4 devices: overlap hides communication behind backward, and both orders are legal", () => {
  const common = { mesh: { dp: 4 }, costs: classroom };
  const overlapped = traceOf({ ...common, gradientSync: { bucketBytes: 40_000, overlap: true } });
  const waiting = traceOf({ ...common, gradientSync: { bucketBytes: 40_000, overlap: false } });
  for (const rank of range(4)) {
    const total = sum(spansOf(waiting, rank, "comm").map(({ startMs, endMs }) => endMs - startMs));
    expect(exposedCommMs(waiting, rank)).toBeCloseTo(total, 9);
    expect(exposedCommMs(overlapped, rank)).toBeLessThan(0.8 * total);
    expect(busyOf(overlapped, rank).busyMs).toBeCloseTo(busyOf(waiting, rank).busyMs, 9);
  }
  expect(overlapped.stepMs).toBeLessThan(waiting.stepMs);
});

test("no stream does two things at once, and nothing starts before what it waits for has ended", () => {
  const trace = traceOf({ mesh: { dp: 4 }, costs: classroom, gradientSync: { bucketBytes: 40_000 } });
  for (const rank of range(4)) {
    for (const stream of ["compute", "comm"] as const) {
      const spans = spansOf(trace, rank, stream);
      spans.slice(1).forEach(({ startMs }, i) => {
        expect(startMs).toBeGreaterThanOrEqual(spans[i]?.endMs as number);
      });
    }
    for (const { instruction, startMs } of spansOf(trace, rank)) {
      for (const wait of instruction.waits) expect(startMs).toBeGreaterThanOrEqual(trace.endMs[rank]?.[wait] as number);
    }
  }
});

// @source PyTorch DDP: buckets fill in reverse parameter order and close once at or over their limit.
test("one all-reduce a bucket, each sent when its last gradient is made", () => {
  const trace = traceOf({ mesh: { dp: 4 }, gradientSync: { bucketBytes: 40_000 } });
  const { ranks } = trace.program;
  const groups = ranks[0]?.groups ?? [];
  const parameters = allParameters(describeModel(parseScenario({ model: gpt }).model));
  expect(groups.flatMap((group) => group.parameters)).toEqual(parameters.map(({ name }) => name).reverse());
  const bytesOf = (name: string) => 4 * product(parameters.find((p) => p.name === name)?.shape ?? []);
  for (const group of groups.slice(0, -1)) {
    const bytes = group.parameters.map(bytesOf);
    expect(sum(bytes)).toBeGreaterThanOrEqual(40_000);
    expect(sum(bytes.slice(0, -1))).toBeLessThan(40_000);
  }
  const instructions = ranks[0]?.instructions ?? [];
  const reduced = instructions.filter(isCollective).map(({ on }) => on);
  expect(reduced).toEqual(groups.map(({ name }) => name));
  expect(instructions.findIndex(isCollective)).toBeLessThan(
    instructions.findLastIndex(({ op }) => op === "weightGrad"),
  );
});

test("the first bucket of the default closes at 1 MiB, the others at 25 MiB", () => {
  const wide = { ...gpt, layers: 12, hidden: 512, heads: 8 };
  const scenario = parseScenario({ model: wide, mesh: { dp: 2 }, batch: { global: 2, micro: 1 } });
  const { ranks } = buildProgram(scenario);
  const groups = ranks[0]?.groups ?? [];
  const flat = ranks[0]?.buffers.filter(({ name }) => groups.some((group) => name === `grad:${group.name}`)) ?? [];
  const [first, ...others] = flat.map(bufferBytes);
  expect(first).toBeGreaterThanOrEqual(2 ** 20);
  expect(first).toBeLessThan(10 * 2 ** 20);
  for (const bytes of others.slice(0, -1)) expect(bytes).toBeGreaterThanOrEqual(25 * 2 ** 20);
});

// @source ring all-reduce: each of n ranks sends 2 (n-1)/n of the tensor.
test.each([2, 4, 8])("dp %i: the ledger says 2 (n-1)/n of the gradient bytes per rank and step", (dp) => {
  const trace = traceOf({ mesh: { dp }, gradientSync: { bucketBytes: 40_000 } });
  const gradientBytes = 4 * parameterCount(describeModel(parseScenario({ model: gpt }).model));
  for (const { sentBytes, collectives } of deviceReports(trace)) {
    expect(sentBytes).toEqual({ dp: (2 * (dp - 1) * gradientBytes) / dp, pp: 0, tp: 0 });
    expect(collectives).toEqual({ dp: { "all-reduce": trace.program.ranks[0]?.groups.length }, pp: {}, tp: {} });
  }
});

test("fp32 training with Adam holds 4 + 4 + 8 bytes a parameter on every replica", () => {
  const trace = traceOf({ mesh: { dp: 4 }, optimizer: { kind: "adamw", lr: 0.1 } });
  const count = parameterCount(describeModel(parseScenario({ model: gpt }).model));
  for (const profile of account(trace)) {
    const { peakBytes } = peaksOf(profile);
    expect(peakBytes).toMatchObject({ parameters: 4 * count, gradients: 4 * count, optimizer: 8 * count });
  }
});

test("the step ends with the memory it began with", () => {
  for (const { bytes } of account(traceOf({ mesh: { dp: 2 }, costs: classroom })))
    expect(bytes.at(-1)).toEqual(bytes[0]);
});

test("GPipe holds every micro-batch at once, 1F1B on one stage only one", () => {
  const peak = (kind: string) => peaksOf(account(traceOf({ schedule: { kind } }))[0] as never).peakMicrobatches;
  expect([peak("gpipe"), peak("1f1b"), peak("naive")]).toEqual([8, 1, 1]);
});

test("events come in order of time, each instruction starting before it ends", () => {
  const trace = traceOf({ mesh: { dp: 2 }, costs: classroom });
  const events = eventsOf(trace);
  events.slice(1).forEach(({ atMs }, i) => {
    expect(atMs).toBeGreaterThanOrEqual(events[i]?.atMs as number);
  });
  const started = new Set<string>();
  for (const { rank, index, phase } of events) {
    if (phase === "start") started.add(`${rank}:${index}`);
    else expect(started.delete(`${rank}:${index}`)).toBe(true);
  }
  expect(started.size).toBe(0);
});
