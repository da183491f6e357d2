import { expect, test } from "vitest";
import { createStageStore } from "../stage/state/stageStore";
import type { EngineClient } from "../stage/state/trainingRun";
import { keepProgress, recallProgress, recallShare } from "./keptProgress";
import { createLessonStore, followStage } from "./lessonStore";
import { NO_PROGRESS } from "./progress";
import { patchScenario } from "./scenarioPatch";
import type { Script } from "./script";
import { stageTarget } from "./stageTarget";
import { SMALL, stepReport } from "./testing";

const end = { at: "end", of: "step" } as const;
const plain = { zoom: false, criticalPath: false, parameter: null };
const judge = { measure: "stepMs", rank: 0, goal: "least", mustFit: false, within: 0 } as const;
const twoStages = patchScenario(SMALL, {
  mesh: { dp: 1, pp: 2 },
  batch: { micro: 3 },
  schedule: { kind: "custom", ranks: ["0F0 0F1 0B0 0B1", "1F0 1F1 1B0 1B1"] },
});
const script: Script = {
  scenarios: {
    one: patchScenario(SMALL, { mesh: { dp: 1 } }),
    many: SMALL,
    more: patchScenario(SMALL, { mesh: { dp: 6 } }),
    try: SMALL,
    plan: twoStages,
    count: patchScenario(SMALL, { mesh: { dp: 2 } }),
  },
  titles: { one: "One", many: "Many" },
  stops: [
    { kind: "step", id: "first", scene: "one", place: { at: "end", of: "forward" }, needsRun: false, ...plain },
    {
      kind: "step",
      id: "second",
      scene: "many",
      place: { at: "end", of: "allReduce" },
      needsRun: true,
      ...plain,
      parameter: "layers.1.weight",
    },
    {
      ...{ kind: "predict", id: "more", scene: "many", place: end, needsRun: false },
      ...{ measure: "sentBytesPerDevice", rank: 0, choices: [{ guess: "doubles", text: "They double" }] },
    },
    {
      ...{ kind: "exercise", id: "try", scene: "many", place: end, needsRun: false },
      fields: [{ field: "mesh.dp", label: "Devices", options: [1, 3] }],
      judge,
    },
    {
      ...{ kind: "switch", id: "turn", scene: "many", place: end, needsRun: false },
      options: [
        { id: "many", label: "Three" },
        { id: "more", label: "Six" },
      ],
    },
    { kind: "read", id: "belief", scene: "many", place: end, needsRun: false },
    { kind: "calculate", id: "count", scene: "one", place: end, needsRun: false, measure: "numDevices", rank: 0 },
    { kind: "write", id: "plan", scene: "many", place: end, needsRun: false, start: ["0F0 0F1 0B0 0B1", "1F0"], judge },
  ],
  values: [],
  terms: [],
  sources: [],
  mistakes: [{ id: "break", mistake: "no-all-reduce", scenario: SMALL }],
};

/** An engine that reports its steps at once. */
function openLesson(read = script) {
  let onSteps: Parameters<EngineClient["open"]>[0]["onSteps"] = () => {};
  const engine: EngineClient = {
    async open(request) {
      onSteps = request.onSteps;
      return { backend: "cpu", backends: [], prediction: null };
    },
    async train(numSteps) {
      for (let step = 1; step <= numSteps; step++) onSteps([stepReport({ step, loss: 1 / step })]);
    },
    record() {},
    parameter: async () => null,
    tryMistake: async ({ mistake }) => ({ mistake, refusal: null, check: null }),
    pause() {},
    close() {},
    dispose() {},
  } as EngineClient;
  const stage = createStageStore({ scenario: read.scenarios.one, startEngine: () => engine });
  const lesson = createLessonStore(read, stage);
  return { stage, lesson, stop: followStage(lesson, stage) };
}

const devices = ({ stage }: ReturnType<typeof openLesson>) => stage.getState().figure.devices.length;

test("going to a step moves the cursor to its instruction, and to another scene changes the scenario", () => {
  const page = openLesson();
  page.lesson.getState().goTo("first");
  expect([devices(page), page.stage.getState().cursorMs]).toEqual([1, 1]);
  page.lesson.getState().goTo("second");
  expect([devices(page), page.stage.getState().cursorMs]).toEqual([3, 3]);
  page.lesson.getState().goTo("nowhere");
  expect(page.lesson.getState().current).toBe(1);
});

test("a text between the stops leaves the stage as the reader has it; from elsewhere, the stop before it is shown", () => {
  const page = openLesson();
  page.lesson.getState().turn("turn", "more");
  page.stage.getState().stepCursor(-1);
  const { cursorMs } = page.stage.getState();
  page.lesson.getState().goTo("belief");
  expect(page.lesson.getState().visited).toContain("belief");
  expect([devices(page), page.stage.getState().cursorMs]).toEqual([6, cursorMs]);
  page.lesson.getState().goTo("first");
  page.lesson.getState().goTo("belief");
  expect([devices(page), page.stage.getState().cursorMs]).toEqual([6, page.stage.getState().figure.trace.stepMs]);
});

test("a step that runs out of memory ends there", () => {
  const tooWide = patchScenario(SMALL, {
    model: { layers: 5, hidden: 600 },
    costs: { kind: "hardware", preset: "classroom" },
  });
  const page = openLesson({ ...script, scenarios: { ...script.scenarios, more: tooWide } });
  page.lesson.getState().answer("more", "same");
  const { figure, cursorMs } = page.stage.getState();
  expect(figure.outOfMemory?.atMs).toBeGreaterThan(0);
  expect(figure.outOfMemory?.atMs).toBeLessThan(figure.trace.stepMs);
  expect(cursorMs).toBe(figure.outOfMemory?.atMs);
});

test("a step can say which parameter is shown large, until the reader goes on", () => {
  const page = openLesson();
  const shown = () => page.stage.getState().parameter;
  page.lesson.getState().goTo("second");
  expect(shown()).toBe("layers.1.weight");
  page.lesson.getState().goTo("more");
  expect(shown()).toBeNull();
});

test("the stage explains what a step names, until the learner moves the cursor", () => {
  const page = openLesson();
  page.lesson.getState().goTo("first");
  expect(page.stage.getState().asked).toMatchObject({ rank: 0, stream: "compute" });
  page.lesson.getState().goTo("more");
  expect(page.stage.getState().asked).toBeNull();
  page.lesson.getState().goTo("first");
  page.stage.getState().stepCursor(-1);
  expect(page.stage.getState().asked).toBeNull();
});

test("a prediction shows its change once it is answered, and the old scenario when asked", () => {
  const page = openLesson();
  const { goTo, answer, show } = page.lesson.getState();
  goTo("more");
  expect(devices(page)).toBe(3);
  answer("more", "doubles");
  expect(devices(page)).toBe(6);
  show("more", "before");
  expect(devices(page)).toBe(3);
  show("more", "after");
  goTo("first");
  goTo("more");
  expect(devices(page)).toBe(6);
});

test("what a calculation is about stands on the stage once it has been found, and not before", () => {
  const page = openLesson();
  page.lesson.getState().write("count", "3");
  expect(devices(page)).toBe(1);
  page.lesson.getState().write("count", "4 / 2");
  expect(devices(page)).toBe(2);
});

test("a prediction can be asked again: nothing of the answer is left", () => {
  const page = openLesson();
  const { answer, askAgain } = page.lesson.getState();
  answer("more", "same");
  askAgain("more");
  expect(page.lesson.getState().answers).toEqual({});
  expect([devices(page), script.stops[page.lesson.getState().current].id]).toEqual([3, "more"]);
});

test("whoever trains a scene from afar comes to it, so that its figure stands under its own title", () => {
  const page = openLesson();
  const { goTo, run } = page.lesson.getState();
  goTo("first");
  run("many");
  expect(script.stops[page.lesson.getState().current].id).toBe("second");
  expect(stageTarget(script, page.lesson.getState())).toMatchObject({ scene: "many", titled: true });
  // Who is in the scene stays where they are.
  goTo("turn");
  run("many");
  expect(script.stops[page.lesson.getState().current].id).toBe("turn");
});

test("an exercise shows what is set, and a title stands only over what it speaks of", () => {
  const page = openLesson();
  page.lesson.getState().set("try", { "mesh.dp": 1 });
  expect(devices(page)).toBe(1);
  expect(stageTarget(script, page.lesson.getState()).titled).toBe(false);
  page.lesson.getState().goTo("second");
  expect(stageTarget(script, page.lesson.getState())).toMatchObject({ scene: "many", titled: true });
});

test("what a run measured stays in the lesson when the stage has moved on", async () => {
  const page = openLesson();
  const { run, goTo, keyOf } = page.lesson.getState();
  run("many");
  await new Promise((done) => setTimeout(done));
  goTo("first");
  expect(page.stage.getState().training.steps).toEqual([]);
  const records = page.lesson.getState().records[keyOf("many")];
  expect(records.map(({ loss }) => loss)).toEqual([1, 1 / 2]);
  page.stop();
});

test("a switch shows the option that is on, the first at the beginning", () => {
  const page = openLesson();
  page.lesson.getState().goTo("turn");
  expect(devices(page)).toBe(3);
  page.lesson.getState().turn("turn", "more");
  expect(devices(page)).toBe(6);
});

test("a schedule that cannot run leaves the last that could on the stage", () => {
  const page = openLesson();
  const written = () => page.stage.getState().figure.scenario.schedule;
  page.lesson.getState().write("plan", "0F0 0F1 0B1 0B0\n1F0 1B0 1F1 1B1");
  const before = written();
  expect(before).toMatchObject({ ranks: ["0F0 0F1 0B1 0B0", "1F0 1B0 1F1 1B1"] });
  page.lesson.getState().write("plan", "0B0\nnonsense");
  expect(written()).toMatchObject({ ranks: ["0F0 0F1 0B0 0B1", "1F0 1F1 1B0 1B1"] });
  expect(page.stage.getState().refusal).toBeNull();
});

test("what was done is kept, and what the lesson no longer has is forgotten", () => {
  const shelf = new Map<string, string>();
  const storage = {
    getItem: (key: string) => shelf.get(key) ?? null,
    setItem: (key: string, value: string) => void shelf.set(key, value),
  };
  const { lesson } = openLesson();
  lesson.getState().goTo("second");
  lesson.getState().answer("more", "doubles");
  lesson.getState().set("try", { "mesh.dp": 1 });
  lesson.getState().turn("turn", "more");
  lesson.getState().keepTrial("break", { mistake: "no-all-reduce", refusal: null, check: null });
  keepProgress(storage, "small", script, lesson.getState());

  const recalled = recallProgress(storage, "small", script);
  expect(recalled).toMatchObject({
    current: 4,
    visited: ["second", "more", "try", "turn"],
    answers: { more: "doubles" },
    settings: { try: { "mesh.dp": 1 } },
    turned: { turn: "more" },
    trials: { break: { broken: { mistake: "no-all-reduce" } } },
  });
  expect(recallShare(storage, "small")).toEqual({ visited: 4, numStops: script.stops.length });

  const shorter = { ...script, stops: script.stops.slice(0, 2), mistakes: [] };
  expect(recallProgress(storage, "small", shorter)).toEqual({ ...NO_PROGRESS, visited: ["second"] });
  expect(recallProgress(storage, "other", script)).toBe(NO_PROGRESS);
  shelf.set("cluster-in-a-tab/lesson/small", "{");
  expect(recallProgress(storage, "small", script)).toBe(NO_PROGRESS);
});
