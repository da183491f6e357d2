import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { startNodeBackend } from "../backends/nodeBackend";
import { range, sum } from "../base/range";
import { groupOf } from "../mesh/mesh";
import { buildProgram } from "../passes";
import { type Collective, isCollective, type Program, type RankProgram, ringElements, ringMessages } from "../program";
import { parseScenario, type ScenarioInput } from "../scenario";
import { costsOf, simulate } from "../simulate";
import { RECORDED_ELEMENTS } from "./collectiveRecord";
import { type CollectivePlace, openRun } from "./run";

beforeAll(() => startNodeBackend("cpu"));

const mlp: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 8, layers: 2, classes: 3 },
  data: { kind: "spiral" },
  batch: { global: 16, micro: 2 },
};
const gpt: ScenarioInput = {
  model: { kind: "gpt", layers: 1, hidden: 16, heads: 4, seq: 8, vocab: 16 },
  batch: { global: 8, micro: 4 },
};

const layouts: [string, ScenarioInput][] = [
  ["dp 4", { ...mlp, mesh: { dp: 4 } }],
  ["dp 8", { ...mlp, mesh: { dp: 8 } }],
  ["dp 4, ZeRO 1", { ...mlp, mesh: { dp: 4 }, zero: 1 }],
  ["dp 4, ZeRO 3", { ...mlp, mesh: { dp: 4 }, zero: 3 }],
  ["dp 2, tp 2", { ...gpt, mesh: { dp: 2, tp: 2 } }],
  ["dp 2, pp 2", { ...mlp, mesh: { dp: 2, pp: 2 }, schedule: { kind: "gpipe" } }],
];

function traceOf(input: ScenarioInput) {
  const scenario = parseScenario(input);
  return { scenario, trace: simulate(buildProgram(scenario), costsOf(scenario)) };
}

/** One place for each way in which this program combines tensors, on its last rank. */
function kindsOfPlaces({ mesh, ranks }: Program): { place: CollectivePlace; collective: Collective }[] {
  const rank = ranks.length - 1;
  const kinds = new Map<string, { place: CollectivePlace; collective: Collective }>();
  for (const [index, collective] of (ranks[rank]?.instructions ?? []).entries()) {
    if (!isCollective(collective) || groupOf(mesh, collective.axis, rank).length < 2) continue;
    const reduction = "reduction" in collective ? collective.reduction : "";
    kinds.set(`${collective.op} ${reduction} ${collective.axis}`, { place: { rank, index }, collective });
  }
  return [...kinds.values()];
}

/** By the plan and the first values alone: what each member holds after some ring steps. */
function foretold(collective: Collective, first: (readonly number[] | null)[][], step: number) {
  const size = first.length;
  const held = first.map((own) => own.map((chunk) => chunk && [...chunk]));
  const reduction = "reduction" in collective ? collective.reduction : "sum";
  for (const message of ringMessages(collective, size)) {
    if (message.step >= step) break;
    const sent = held[message.from]?.[message.chunk] ?? null;
    if (!sent) continue;
    const own = held[message.to] as (number[] | null)[];
    const before = own[message.chunk];
    if (!message.reduces || !before) own[message.chunk] = [...sent];
    else {
      const isLast = message.step === size - 2 && reduction === "mean";
      own[message.chunk] = sent.map((value, i) => {
        const other = before[i] as number;
        return (reduction === "max" ? Math.max(value, other) : value + other) / (isLast ? size : 1);
      });
    }
  }
  return held;
}

test.each(layouts)("%s: every ring step holds what the plan foretells from the first values", async (_, input) => {
  const { scenario, trace } = traceOf(input);
  const run = openRun(scenario, trace);
  const places = kindsOfPlaces(trace.program);
  expect(places.length).toBeGreaterThan(0);
  for (const { place, collective } of places) {
    const { collective: record } = await run.step([], place);
    expect(record).toMatchObject({ ...place, members: groupOf(trace.program.mesh, collective.axis, place.rank) });
    if (!record) continue;
    const numSteps = Math.max(...ringMessages(collective, record.members.length).map(({ step }) => step)) + 1;
    expect(record.held).toHaveLength(numSteps + 1);
    record.held.forEach((held, step) => {
      const expected = foretold(collective, record.held[0] as (number[] | null)[][], step);
      held.forEach((own, position) => {
        own.forEach((chunk, i) => {
          const plan = expected[position]?.[i] ?? null;
          expect(chunk === null).toBe(plan === null);
          chunk?.forEach((value, at) => {
            expect(value).toBeCloseTo(plan?.[at] as number, 5);
          });
          if (chunk) expect(chunk).toHaveLength(Math.min(RECORDED_ELEMENTS, record.chunkElements[i] as number));
        });
      });
    });
  }
  run.dispose();
});

test.each(layouts)(
  "%s: recording leaves no tensor behind, and disturbs neither memory nor numbers",
  async (_, input) => {
    const { scenario, trace } = traceOf(input);
    const [watched, alone] = [openRun(scenario, trace), openRun(scenario, trace)];
    const before = memory();
    for (const { place } of kindsOfPlaces(trace.program)) {
      const recorded = await watched.step([], place);
      const { loss, gradNorm, messages } = await alone.step();
      expect(recorded).toMatchObject({ loss, gradNorm, memoryAgrees: true, disagreement: null });
      expect(recorded.messages).toEqual(messages);
      expect(memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
    }
    watched.dispose();
    alone.dispose();
  },
);

test("the transfers of a record are its chunks' bytes; with 8 members and few elements, some chunks are empty", async () => {
  const { scenario, trace } = traceOf({ ...mlp, mesh: { dp: 8 }, gradientSync: { bucketBytes: 8 } });
  const { instructions, buffers } = trace.program.ranks[0] as RankProgram;
  // The last bias alone: an element for each of three classes.
  const index = instructions.findIndex((one) => isCollective(one) && ringElements(one, buffers, 8) === 3);
  const run = openRun(scenario, trace);
  const { collective: record, memoryAgrees } = await run.step([], { rank: 0, index });
  run.dispose();
  expect(memoryAgrees).toBe(true);
  const chunkElements = record?.chunkElements ?? [];
  expect(chunkElements).toContain(0);
  expect(record?.transfers.length).toBe(14 * chunkElements.filter((elements) => elements > 0).length);
  for (const { chunk, bytes } of record?.transfers ?? []) expect(bytes).toBe(4 * (chunkElements[chunk] as number));
  for (const held of record?.held ?? []) {
    for (const own of held) expect(range(8).map((chunk) => own[chunk]?.length ?? 0)).toEqual(chunkElements);
  }
  expect(sum(chunkElements)).toBe(3);
});

test("a place that is no collective records nothing", async () => {
  const { scenario, trace } = traceOf({ ...mlp, mesh: { dp: 2 } });
  const run = openRun(scenario, trace);
  expect((await run.step([], { rank: 0, index: 0 })).collective).toBeNull();
  expect((await run.step([], { rank: 9, index: 0 })).collective).toBeNull();
  run.dispose();
});
