import { expect, test } from "vitest";
import { timeFormat } from "@/components/marks/format";
import { BYTES_PER_ELEMENT, formatBytes } from "@/engine/base/units";
import { buildProgram } from "@/engine/passes";
import { isCollective, ringElements } from "@/engine/program";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { costsOf, simulate } from "@/engine/simulate";
import { type Idle, idlesOf, spansOf } from "@/engine/trace";
import { RUNS, type Run } from "@/engine/trace/testing";
import { explain, longestIdle } from "./explain";
import { laneMarks, placeOf } from "./marks";

function runOf(patch: Partial<ScenarioInput>) {
  const scenario = parseScenario({
    model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
    batch: { global: 32, micro: 8 },
    mesh: { dp: 2 },
    gradientSync: { bucketBytes: 512 },
    costs: { kind: "hardware", preset: "classroom" },
    ...patch,
  });
  const trace = simulate(buildProgram(scenario), costsOf(scenario));
  return { trace, time: timeFormat(scenario.costs.kind, trace.stepMs) };
}

const plain = (text: string | undefined) => text?.replaceAll("\u00a0", " ");

test("an idle stretch names its next operation and the message that it waits for", () => {
  const { trace, time } = runOf({});
  const idle = longestIdle(trace);
  expect(idle).toEqual(idlesOf(trace, 0)[0]);
  const place = { rank: 0, stream: "compute", atMs: idle?.startMs as number } as const;
  const answer = explain({ trace }, place, "action", time);
  const end = time.short(idle?.endMs as number);
  expect(plain(answer?.what)).toBe(`Why is device 1 idle from ${time.short(place.atMs)} to ${end} ms?`);
  expect(plain(answer?.why)).toMatch(
    new RegExp(
      `^Its next operation is the optimizer step. It waits for the all-reduce of bucket 2, which ends at ${end}`,
    ),
  );
  expect(answer?.why).toContain("; the all-reduce of bucket 1 held the link until ");
  expect(answer?.cause).toMatchObject({ rank: 0, stream: "comm", atMs: idle?.endMs });
});

test("the first bar waits for nothing, the next one for it", () => {
  const { trace, time } = runOf({ costs: { kind: "unit" } });
  const first = explain({ trace }, { rank: 1, stream: "compute", atMs: 0 }, "action", time);
  expect(plain(first?.what)).toBe("Device 2: forward of micro-batch 1, from 0 to 1 time unit.");
  expect(first?.why).toBe("It waits for nothing: the step begins with it.");
  const second = explain({ trace }, { rank: 1, stream: "compute", atMs: 1 }, "action", time);
  expect(plain(second?.what)).toBe("Device 2: backward of micro-batch 1, from 1 to 3 time units.");
  expect(second?.why).toBe("It began when the forward of micro-batch 1 had ended.");
  expect(second?.cause).toBeNull();
});

test("a message says who takes part, how many bytes, and how much of it is hidden", () => {
  const { trace, time } = runOf({});
  const { instructions } = trace.program.ranks[0];
  const index = instructions.findIndex(({ op }) => op === "allReduce");
  const answer = explain({ trace }, { rank: 0, stream: "comm", atMs: trace.startMs[0][index] }, "action", time);
  expect(plain(answer?.what)).toMatch(/^Devices 1 and 2 average bucket 1 of the gradients \(1\.29 kB\) from /);
  expect(plain(answer?.why)).toMatch(
    /^It began when the weight gradient of layers\.\d for micro-batch 2 had ended\. For 0\.0\d+ ms of it device 1 computes; for /,
  );
});

test("the bytes of a message are those of the tensor that goes round, read once", () => {
  for (const { trace, clock } of RUNS) {
    const time = timeFormat(clock, trace.stepMs);
    const { instructions, buffers } = trace.program.ranks[0];
    instructions.forEach((instruction, index) => {
      if (!isCollective(instruction)) return;
      const size = trace.program.mesh[instruction.axis];
      if (size === 1) return;
      const place = { rank: 0, stream: "comm", atMs: trace.startMs[0][index], index } as const;
      const what = plain(explain({ trace }, place, "action", time)?.what);
      const bytes = ringElements(instruction, buffers, size) * BYTES_PER_ELEMENT;
      expect(what).toContain(`(${plain(formatBytes(bytes))})`);
      expect(what).not.toMatch(/gradients of the gradients/);
    });
  }
});

test("who computes nothing any more but still has messages is not said to have nothing to do", () => {
  for (const { trace, clock } of RUNS) {
    const time = timeFormat(clock, trace.stepMs);
    trace.program.ranks.forEach((_, rank) => {
      const tail = idlesOf(trace, rank).find(({ next }) => next === null);
      if (!tail) return;
      const why = explain({ trace }, placeOf({ rank, stream: "compute" }, tail), "action", time)?.why;
      const hasMessages = spansOf(trace, rank, "comm").some(({ endMs }) => endMs > tail.startMs + 1e-6);
      expect(why).toMatch(
        hasMessages ? /^It has nothing left to compute\. The .* ends at [\d.]+\.$/ : /^It has nothing left to do/,
      );
    });
  }
  const run = RUNS.find(({ name }) => name === "ZeRO 1, hardware") as Run;
  const tail = idlesOf(run.trace, 0).find(({ next }) => next === null) as Idle;
  const answer = explain(
    { trace: run.trace },
    placeOf({ rank: 0, stream: "compute" }, tail),
    "action",
    timeFormat("hardware", 6),
  );
  expect(answer?.why).toContain("The all-gather of the parameters of embed ends at");
  expect(answer?.cause).toMatchObject({ rank: 0, stream: "comm", atMs: run.trace.stepMs });
});

test("no sentence says of a stretch that takes time that it begins and ends at one time", () => {
  for (const { trace, clock } of RUNS) {
    const time = timeFormat(clock, trace.stepMs);
    trace.program.ranks.slice(0, 4).forEach((_, rank) => {
      for (const stream of ["compute", "comm"] as const) {
        for (const mark of laneMarks(trace, { rank, stream }, "instruction").slice(0, 60)) {
          const what = explain({ trace }, placeOf({ rank, stream }, mark), "instruction", time)?.what ?? "";
          const [, from, to] = /from ([\d.]+) to ([\d.]+)/.exec(what) ?? [];
          expect(what).not.toMatch(/from .*NaN/);
          // Less than a nanosecond is rounding.
          if (mark.endMs - mark.startMs > 1e-6) expect(Number(to), what).toBeGreaterThan(Number(from));
        }
      }
    });
  }
});

test("zoomed in, the answer is about the single instruction", () => {
  const { trace, time } = runOf({});
  const answer = explain({ trace }, { rank: 0, stream: "compute", atMs: trace.startMs[0][1] }, "instruction", time);
  expect(answer?.what).toContain("forward of layers.0 for micro-batch 1");
  expect(answer?.why).toBe("It began when the copy of inputs had ended.");
});

test("where nothing is, nothing is said; and without idle time there is no longest stretch", () => {
  const { trace, time } = runOf({ costs: { kind: "unit" } });
  expect(explain({ trace }, { rank: 0, stream: "comm", atMs: 0.5 }, "action", time)).toBeNull();
  expect(explain({ trace }, { rank: 0, stream: "compute", atMs: trace.stepMs }, "action", time)).toBeNull();
  expect(longestIdle(trace)).toBeNull();
});

test("a wait says what would make it shorter: more micro-batches, faster links, or work kept for the end", () => {
  const remedyOfIdle = (patch: Partial<ScenarioInput>, rank: number, atShare: number) => {
    const { trace, time } = runOf(patch);
    const idle = idlesOf(trace, rank).find(({ endMs }) => endMs > atShare * trace.stepMs);
    const place = { rank, stream: "compute", atMs: idle?.startMs as number } as const;
    return explain({ trace }, place, "action", time)?.remedy;
  };
  const pipeline = { mesh: { pp: 3 }, schedule: { kind: "gpipe" }, costs: { kind: "unit" } } as const;
  expect(remedyOfIdle(pipeline, 2, 0)).toBe("filling");
  expect(remedyOfIdle(pipeline, 0, 0.3)).toBe("moreMicrobatches");
  const oneByOne = { ...pipeline, schedule: { kind: "naive" } } as const;
  expect(remedyOfIdle(oneByOne, 0, 0.3)).toBe("severalInFlight");
  expect(remedyOfIdle(pipeline, 2, 0.9)).toBe("weightsLast");
  expect(remedyOfIdle({ gradientSync: {} }, 0, 0)).toBe("fasterLink");
  expect(remedyOfIdle({ mesh: { tp: 2 } }, 0, 0)).toBe("fasterLink");
});

test("a forward that the schedule joins with a backward says so, since it waits for what the backward receives", () => {
  const model = { kind: "mlp", inputs: 2, hidden: 16, layers: 8, classes: 3 } as const;
  const layout = { model, mesh: { pp: 4 }, batch: { global: 64, micro: 8 }, costs: { kind: "unit" } } as const;
  const reasons = (kind: "dualpipev" | "zbv") => {
    const { trace, time } = runOf({ ...layout, schedule: { kind } });
    return trace.program.ranks.flatMap((_, rank) =>
      idlesOf(trace, rank).map(({ startMs }) =>
        plain(explain({ trace }, { rank, stream: "compute", atMs: startMs }, "action", time)?.why),
      ),
    );
  };
  expect(reasons("dualpipev")[0]).toMatch(
    /^Its next operation is the forward of micro-batch 5 in stage 8\. The schedule makes it one piece of work with the backward of micro-batch 1 in stage 1: it begins once both can\. It waits for the backward of micro-batch 1 in stage 2 on device 2/,
  );
  expect(reasons("zbv").join()).not.toContain("one piece of work");
});
