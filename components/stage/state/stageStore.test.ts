import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import type { ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { momentAt } from "./figure";
import { createStageStore } from "./stageStore";
import type { EngineClient } from "./trainingRun";

const scenario: ScenarioInput = {
  steps: 3,
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 2 },
  gradientSync: { bucketBytes: 512 },
  costs: { kind: "hardware", preset: "classroom" },
};

const report = (step: number): StepReport => ({
  runId: 1,
  step,
  loss: 1 / step,
  referenceLoss: 1 / step,
  gradNorm: 1,
  lossDifference: 0,
  parameterDifference: 0,
  memoryAgrees: true,
  disagreement: null,
  prediction: null,
  observations: [],
  collective: null,
});

/** An engine that trains at once. */
function readyEngine() {
  let onSteps: (reports: StepReport[]) => void = () => {};
  let step = 0;
  const engine: EngineClient = {
    open: vi.fn(async (request) => {
      onSteps = request.onSteps;
      step = 0;
      return { backend: "cpu" as const, backends: [], prediction: null };
    }),
    train: vi.fn(async (numSteps) => {
      for (let i = 0; i < numSteps; i++) onSteps([report(++step)]);
    }),
    record: vi.fn(),
    parameter: vi.fn(async () => null),
    tryMistake: vi.fn(async ({ mistake }) => ({ mistake, refusal: null, check: null })),
    pause: vi.fn(),
    close: vi.fn(),
    dispose: vi.fn(),
  };
  return engine;
}

const open = (engine = readyEngine()) => createStageStore({ scenario, startEngine: () => engine });

test("the store knows nothing of React", () => {
  for (const file of ["stageStore.ts", "figure.ts"]) {
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    expect(source).not.toMatch(/from "(react|react-dom|zustand)["/](?!vanilla)/);
  }
});

test("a step and a step back return to the same state, from every moment", () => {
  const store = open();
  const { moments } = store.getState().figure;
  for (const atMs of moments.slice(0, -1)) {
    store.getState().setCursor(atMs);
    const before = store.getState();
    store.getState().stepCursor(1);
    expect(store.getState().cursorMs).toBeGreaterThan(atMs);
    store.getState().stepCursor(-1);
    expect(store.getState()).toEqual(before);
  }
});

test.each([
  ["operation", 1],
  ["operation", 7],
  ["action", 1],
  ["action", 4],
] as const)("zoomed in, steps by %s lead back to the same state, %d at a time", (by, count) => {
  const store = open();
  const { figure, setCursor, zoom, pan, stepCursor } = store.getState();
  const moments = by === "action" ? figure.actionMoments : figure.moments;
  moments.slice(0, -count).forEach((atMs, i) => {
    setCursor(atMs);
    if (i % 5 === 0) zoom(store.getState().windowMs[1] > figure.trace.stepMs / 2 ? 16 : 1.5);
    // Some start out of sight of the cursor.
    if (i % 3 === 0) pan(0.7);
    if (i % 11 === 0) zoom(0.5);
    const before = store.getState();
    for (let step = 0; step < count; step++) stepCursor(1, by);
    expect(store.getState().cursorMs).toBe(moments[i + count]);
    for (let step = 0; step < count; step++) stepCursor(-1, by);
    expect(store.getState()).toEqual(before);
  });
});

test("stepping stops at both ends, and a step back from between two moments goes to the earlier one", () => {
  const store = open();
  const { figure, stepCursor, setCursor } = store.getState();
  stepCursor(-1);
  expect(store.getState().cursorMs).toBe(0);
  setCursor(figure.trace.stepMs);
  stepCursor(1);
  expect(store.getState().cursorMs).toBe(figure.trace.stepMs);
  const [, second, third] = figure.moments;
  setCursor((second + third) / 2);
  stepCursor(-1);
  expect(store.getState().cursorMs).toBe(second);
});

test("play moves the cursor by a share of the step a second, and stops at the end", () => {
  const store = open();
  const { figure, setPlaying, setSpeed, advance } = store.getState();
  advance(500);
  expect(store.getState().cursorMs).toBe(0);
  setSpeed(0.5);
  setPlaying(true);
  advance(500);
  expect(store.getState().cursorMs).toBeCloseTo(figure.trace.stepMs / 4, 12);
  advance(10_000);
  expect(store.getState()).toMatchObject({ cursorMs: figure.trace.stepMs, playing: false });
  setPlaying(true);
  expect(store.getState()).toMatchObject({ cursorMs: 0, playing: true });
});

test("a refused draft says why and where, and the last good figure stays", () => {
  const store = open();
  const { figure } = store.getState();
  store.getState().setDraft({ ...scenario, batch: { global: 33, micro: 4 } });
  expect(store.getState().figure).toBe(figure);
  expect(store.getState().refusal?.path).toEqual(["batch", "global"]);
  expect(store.getState().refusal?.sentence).toContain("use a global batch of 32 or 40");
  expect(store.getState().draft.batch?.global).toBe(33);
  store.getState().setDraft({ ...scenario, batch: { global: 64, micro: 4 } });
  expect(store.getState().refusal).toBeNull();
  expect(store.getState().figure).not.toBe(figure);
});

test("a program too long to draw is refused instead of freezing the page", () => {
  const store = open();
  store.getState().setDraft({ ...scenario, batch: { global: 1_048_576, micro: 1 } });
  expect(store.getState().refusal?.path).toEqual(["batch", "micro"]);
  expect(store.getState().refusal?.sentence).toMatch(
    /^524288 micro-batches on 2 devices are some \d+ operations, too many to draw/,
  );
});

test("with fewer devices, the chosen one is one that is still there, and nothing is asked", () => {
  const store = open();
  store.getState().selectRank(1);
  store.getState().ask({ rank: 1, stream: "comm", atMs: 1 });
  store.getState().setDraft({ ...scenario, mesh: { dp: 1 } });
  expect(store.getState()).toMatchObject({ rank: 0, asked: null, cursorMs: 0 });
});

test("training is paused between calls, done after the last step, and starts anew after a change", async () => {
  const engine = readyEngine();
  const store = open(engine);
  store.getState().train(2);
  await vi.waitFor(() => expect(store.getState().training.status).toBe("paused"));
  expect(store.getState().training.steps.map(({ step }) => step)).toEqual([1, 2]);
  store.getState().train(1);
  await vi.waitFor(() => expect(store.getState().training.status).toBe("done"));
  expect(engine.open).toHaveBeenCalledTimes(1);
  store.getState().resetTraining();
  expect(store.getState().training).toMatchObject({ status: "idle", steps: [], backend: "cpu" });
  expect(engine.close).toHaveBeenCalledTimes(1);
});

test("another clock keeps the training, anything else starts it anew", async () => {
  const engine = readyEngine();
  const store = open(engine);
  store.getState().train(2);
  await vi.waitFor(() => expect(store.getState().training.status).toBe("paused"));
  store.getState().setDraft({ ...scenario, costs: { kind: "unit" } });
  expect(store.getState().training.steps).toHaveLength(2);
  expect(store.getState().figure.scenario.costs.kind).toBe("unit");
  store.getState().setDraft({ ...scenario, costs: { kind: "unit" }, seed: 7 });
  expect(store.getState().training.steps).toHaveLength(0);
});

test("a step is recorded and the next is not", async () => {
  const engine = readyEngine();
  const store = open(engine);
  await store.getState().trainRecording({ rank: 1, index: 7 });
  expect(vi.mocked(engine.record).mock.calls).toEqual([[{ rank: 1, index: 7 }], [null]]);
  expect(store.getState().training.steps).toHaveLength(1);
});

test("a scenario that changes while the engine starts is not trained by what was asked of the old one", async () => {
  const engine = readyEngine();
  const store = open(engine);
  const recording = store.getState().trainRecording({ rank: 1, index: 7 });
  store.getState().setDraft({ ...scenario, seed: 7 });
  await recording;
  expect(engine.record).not.toHaveBeenCalled();
  expect(engine.train).not.toHaveBeenCalled();
  expect(store.getState().training.steps).toEqual([]);
});

test("an engine that fails leaves its reason", async () => {
  const engine = { ...readyEngine(), open: () => Promise.reject(new Error("no backend passed")) };
  const store = open(engine);
  store.getState().train(1);
  await vi.waitFor(() =>
    expect(store.getState().training).toMatchObject({ status: "failed", failure: "no backend passed" }),
  );
});

/** Engines in the order in which they are started. */
function openWith(...engines: EngineClient[]) {
  const startEngine = vi.fn(() => engines[Math.min(startEngine.mock.calls.length, engines.length) - 1]);
  return { store: createStageStore({ scenario, startEngine }), startEngine };
}

test("an engine that cannot be opened is put away, and training again starts another", async () => {
  const dead = { ...readyEngine(), open: vi.fn(() => Promise.reject(new Error("the engine stopped"))) };
  const { store, startEngine } = openWith(dead, readyEngine());
  await store.getState().train(1);
  expect(store.getState().training).toMatchObject({ status: "failed", failure: "the engine stopped" });
  expect(dead.dispose).toHaveBeenCalledTimes(1);
  await store.getState().train(1);
  expect(startEngine).toHaveBeenCalledTimes(2);
  expect(store.getState().training).toMatchObject({ status: "paused", failure: null });
  expect(store.getState().training.steps).toHaveLength(1);
});

test("a backend that is refused can be asked for again: nothing is trained before a run is open", async () => {
  const engine = readyEngine();
  vi.mocked(engine.open).mockRejectedValueOnce(new Error("webgpu cannot be used here"));
  const { store } = openWith(engine);
  await store.getState().trainRecording({ rank: 0, index: 1 });
  expect(store.getState().training.status).toBe("failed");
  expect(engine.train).not.toHaveBeenCalled();
  await store.getState().train(2);
  expect(engine.open).toHaveBeenCalledTimes(2);
  expect(store.getState().training.steps).toHaveLength(2);
});

test("a step that fails ends the run, and the next one begins anew on another engine", async () => {
  const failing = readyEngine();
  const { store } = openWith(failing, readyEngine());
  await store.getState().train(1);
  vi.mocked(failing.train).mockRejectedValueOnce(new Error("out of memory"));
  await store.getState().train(1);
  expect(store.getState().training).toMatchObject({ status: "failed", failure: "out of memory" });
  await store.getState().train(2);
  expect(store.getState().training.steps.map(({ step }) => step)).toEqual([1, 2]);
});

test("an engine that died over a mistake is not asked again", async () => {
  const dead = { ...readyEngine(), tryMistake: vi.fn(() => Promise.reject(new Error("the engine stopped"))) };
  const { store, startEngine } = openWith(dead, readyEngine());
  await expect(store.getState().tryMistake(scenario, null)).rejects.toThrow("the engine stopped");
  await expect(store.getState().tryMistake(scenario, null)).resolves.toMatchObject({ refusal: null });
  expect(startEngine).toHaveBeenCalledTimes(2);
});

test("a pause while the engine starts is heard: nothing is trained until somebody asks again", async () => {
  const engine = readyEngine();
  const { store } = openWith(engine);
  const training = store.getState().train(3);
  expect(store.getState().training.status).toBe("starting");
  store.getState().pauseTraining();
  await training;
  expect(store.getState().training).toMatchObject({ status: "paused", steps: [] });
  await store.getState().train(1);
  expect(engine.open).toHaveBeenCalledTimes(1);
  expect(store.getState().training.steps).toHaveLength(1);
});

test("two who want to train while the engine starts open one run", async () => {
  const engine = readyEngine();
  const { store } = openWith(engine);
  await Promise.all([store.getState().train(1), store.getState().trainRecording({ rank: 0, index: 1 })]);
  expect(engine.open).toHaveBeenCalledTimes(1);
});

test("the moment at a time is the last one not after it", () => {
  const { figure } = open().getState();
  figure.moments.forEach((atMs, i) => {
    expect(momentAt(figure, atMs)).toBe(i);
  });
  expect(momentAt(figure, -1)).toBe(0);
  expect(momentAt(figure, figure.trace.stepMs * 2)).toBe(figure.moments.length - 1);
});
