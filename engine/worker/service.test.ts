import { getBackend, memory } from "@tensorflow/tfjs-core";
import { beforeEach, expect, test, vi } from "vitest";
import type { BackendName } from "../backends/backend";
import { type BackendModule, openBackends } from "../backends/backendChoice";
import { startNodeBackend } from "../backends/nodeBackend";
import { selfTest } from "../backends/selfTest";
import type { CollectiveRecord } from "../execute";
import { initialValues } from "../model/initialValues";
import { allParameters, describeModel, type Parameter } from "../model/model";
import { buildProgram } from "../passes";
import type { RankProgram } from "../program";
import { parseScenario } from "../scenario";
import type { OpenRequest, StepReport } from "./protocol";
import { engineService } from "./service";
import { yieldToMessages } from "./yieldToMessages";

const absent: BackendModule = {
  load: async () => {
    throw new Error("not in Node");
  },
  isSoftware: async () => false,
};
const inNode = (name: string): BackendModule => ({
  load: async () => {
    await startNodeBackend(name);
  },
  isSoftware: async () => false,
});
const modules: Record<BackendName, BackendModule> = {
  webgpu: absent,
  webgl: { ...absent, isSoftware: async () => true },
  wasm: inNode("wasm"),
  cpu: inNode("cpu"),
};

const scenario: OpenRequest["scenario"] = {
  steps: 40,
  model: { kind: "mlp", inputs: 2, hidden: 8, layers: 2, classes: 3 },
  data: { kind: "spiral" },
  batch: { global: 16, micro: 2 },
  mesh: { dp: 4 },
};

function openService() {
  const reports: StepReport[] = [];
  const backends = openBackends(modules, () => performance.now());
  const service = engineService({ backends, onStep: (report) => reports.push(report), yieldToMessages });
  return { service, reports };
}

beforeEach(() => startNodeBackend("wasm"));

test.each(["wasm", "cpu"] as const)("the self-test passes on %s and returns a time", async (name) => {
  await startNodeBackend(name);
  expect(await selfTest(name, () => performance.now())).toBeGreaterThan(0);
});

test("auto takes a backend that passes, and says why the others were left out", async () => {
  const { service } = openService();
  const { backend, backends } = await service.open({ runId: 1, scenario, backend: "auto", watch: [] });
  const passed = backends.filter((report) => report.passed);
  expect(passed.map(({ name }) => name)).toEqual(["wasm", "cpu"]);
  expect(backend).toBe("wasm");
  expect(backends.map(({ reason }) => reason)).toEqual([
    "not in Node",
    expect.stringContaining("software"),
    null,
    null,
  ]);
  service.close(1);
});

test("auto leaves plain JavaScript aside even where the test ran faster on it, and takes it when nothing else passes", async () => {
  let timeMs = 0;
  const now = () => {
    timeMs += getBackend() === "cpu" ? 1 : 100;
    return timeMs;
  };
  const { backend, reports } = await openBackends(modules, now).use("auto");
  expect(reports.map(({ name, stepMs }) => [name, stepMs])).toEqual([
    ["webgpu", null],
    ["webgl", null],
    ["wasm", 100],
    ["cpu", 1],
  ]);
  expect(backend).toBe("wasm");
  const alone = await openBackends({ ...modules, wasm: absent }, now).use("auto");
  expect(alone.backend).toBe("cpu");
});

test("a backend that cannot be loaded is refused by name, with the reason", async () => {
  const { service } = openService();
  await expect(service.open({ runId: 1, scenario, backend: "webgpu", watch: [] })).rejects.toThrow(
    "webgpu cannot be used here: not in Node",
  );
});

test("a finished run and a cancelled one leave no tensor behind", async () => {
  const { service, reports } = openService();
  await service.open({ runId: 1, scenario, backend: "wasm", watch: [] });
  service.close(1);
  const before = memory().numTensors;

  await service.open({ runId: 2, scenario, backend: "wasm", watch: [] });
  await service.train(2, 3);
  expect(reports.map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(reports.every(({ memoryAgrees, lossDifference }) => memoryAgrees && lossDifference < 1e-5)).toBe(true);
  service.close(2);
  expect(memory().numTensors).toBe(before);

  await service.open({ runId: 3, scenario, backend: "wasm", watch: [] });
  const training = service.train(3, 40);
  service.close(3);
  await training;
  expect(memory().numTensors).toBe(before);
});

test("a newer run ends an older one, whose reports stop", async () => {
  const { service, reports } = openService();
  await service.open({ runId: 1, scenario, backend: "wasm", watch: [] });
  const training = service.train(1, 40);
  await service.open({ runId: 2, scenario, backend: "wasm", watch: [] });
  await training;
  const ofFirst = reports.filter(({ runId }) => runId === 1).length;
  expect(ofFirst).toBeLessThan(40);
  await service.train(2, 1);
  expect(reports.at(-1)).toMatchObject({ runId: 2, step: 1 });
  service.close(2);
});

test("pause stops after the step at hand, and training goes on from there", async () => {
  const { service, reports } = openService();
  await service.open({ runId: 1, scenario, backend: "wasm", watch: [] });
  const training = service.train(1, 40);
  service.pause(1);
  await training;
  const paused = reports.length;
  expect(paused).toBeLessThan(40);
  await service.train(1, 2);
  expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: paused + 2 }, (_, i) => i + 1));
  service.close(1);
});

test("whoever trains a run that is not open is told so", async () => {
  const { service } = openService();
  await expect(service.open({ runId: 1, scenario, backend: "webgpu", watch: [] })).rejects.toThrow();
  await expect(service.train(1, 1)).rejects.toThrow("run 1 is not open");
});

test("after a step that throws, the run can be trained on and closed, and leaves no tensor behind", async () => {
  const { service, reports } = openService();
  const before = memory().numTensors;
  await service.open({ runId: 1, scenario, backend: "wasm", watch: [] });
  const push = vi.spyOn(reports, "push").mockImplementationOnce(() => {
    throw new Error("nobody listens");
  });
  await expect(service.train(1, 2)).rejects.toThrow("nobody listens");
  await service.train(1, 1);
  expect(push).toHaveBeenCalledTimes(2);
  service.close(1);
  expect(memory().numTensors).toBe(before);
});

test("a recorded all-reduce shows what each device held first, how it was added up, and what all hold in the end", async () => {
  const { service, reports } = openService();
  await service.open({ runId: 1, scenario, backend: "wasm", watch: [] });
  const before = memory().numTensors;
  const { instructions } = buildProgram(parseScenario(scenario)).ranks[0] as RankProgram;
  const index = instructions.findIndex(({ op }) => op === "allReduce");
  service.record(1, { rank: 2, index });
  await service.train(1, 1);
  service.record(1, null);
  await service.train(1, 1);
  const [{ collective, memoryAgrees }, next] = reports as [StepReport, StepReport];
  expect(memoryAgrees).toBe(true);
  expect(memory().numTensors).toBe(before);
  expect(next.collective).toBeNull();
  expect(collective).toMatchObject({ rank: 2, index, step: 1, members: [0, 1, 2, 3] });
  const { held, transfers } = collective as CollectiveRecord;
  // Three steps to reduce, three to gather, and the state before them.
  expect(held).toHaveLength(7);
  expect(transfers).toHaveLength(6 * 4);
  for (const chunk of [0, 1, 2, 3]) {
    const first = held[0]?.map((own) => own[chunk] as number[]) as number[][];
    const mean = first[0]?.map((_, i) => first.reduce((total, own) => total + (own[i] as number), 0) / 4) as number[];
    for (const own of held[6] as number[][][]) {
      (own[chunk] as number[]).forEach((value, i) => {
        expect(value).toBeCloseTo(mean[i] as number, 6);
      });
    }
  }
  service.close(1);
});

test("a parameter is put together from the devices' own pieces, and not while a step runs", async () => {
  const { service } = openService();
  await service.open({
    runId: 1,
    scenario: { ...scenario, mesh: { dp: 2, tp: 2 }, zero: 3 },
    backend: "wasm",
    watch: [],
  });
  const { model, seed } = parseScenario(scenario);
  const [parameter] = allParameters(describeModel(model)) as [Parameter];
  const first = await service.parameter(1, parameter.name);
  expect(first?.step).toBe(0);
  expect(first?.values).toEqual(initialValues(parameter, seed));
  const before = memory().numTensors;
  const training = service.train(1, 2);
  expect(await service.parameter(1, parameter.name)).toBeNull();
  await training;
  const later = await service.parameter(1, parameter.name);
  expect(later?.step).toBe(2);
  expect(later?.values).not.toEqual(first?.values);
  expect(memory().numTensors).toBe(before);
  expect(await service.parameter(1, "nobody")).toBeNull();
  service.close(1);
});

test("a mistake is made for real: without the all-reduce replicas drift apart, with it they do not", async () => {
  const { service } = openService();
  const before = memory().numTensors;
  const short = { ...scenario, steps: 3 };
  const broken = await service.tryMistake({ backend: "wasm", scenario: short, mistake: "no-all-reduce" });
  expect(broken.check?.replicas).toBeGreaterThan(1e-3);
  const right = await service.tryMistake({ backend: "wasm", scenario: short, mistake: null });
  expect(right.check?.replicas).toBe(0);
  expect(right.check?.parameter).toBeLessThan(1e-5);
  const deadlock = { ...short, mesh: { pp: 2 }, schedule: { kind: "gpipe" as const } };
  const refused = await service.tryMistake({ backend: "wasm", scenario: deadlock, mistake: "send-forgotten" });
  expect(refused.refusal).toMatch(/deadlock|never/);
  expect(memory().numTensors).toBe(before);
});
