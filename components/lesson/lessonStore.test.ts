import { expect, test } from "vitest";
import { createStageStore, type EngineClient } from "../stage/state/stageStore";
import { createLessonStore, followStage, scenarioKey, stageTarget } from "./lessonStore";
import { patchScenario } from "./scenarioPatch";
import type { Script } from "./script";
import { SMALL, stepReport } from "./testing";

const end = { at: "end", of: "step" } as const;
const script: Script = {
  scenarios: {
    one: patchScenario(SMALL, { mesh: { dp: 1 } }),
    many: SMALL,
    more: patchScenario(SMALL, { mesh: { dp: 6 } }),
    try: SMALL,
  },
  titles: { one: "One", many: "Many" },
  stops: [
    { kind: "step", id: "first", scene: "one", place: { at: "end", of: "forward" }, needsRun: false },
    { kind: "step", id: "second", scene: "many", place: { at: "end", of: "allReduce" }, needsRun: true },
    { kind: "predict", id: "more", scene: "many", place: end, needsRun: false, measure: "sentBytesPerDevice" },
    {
      kind: "exercise",
      id: "try",
      scene: "many",
      place: end,
      needsRun: false,
      measure: "stepMs",
      goal: "least",
      field: "mesh.dp",
      options: [1, 3],
    },
  ],
  values: [],
  terms: [],
};

/** An engine that reports its steps at once. */
function openLesson() {
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
  const stage = createStageStore({ scenario: script.scenarios.one, startEngine: () => engine });
  const lesson = createLessonStore(script, stage);
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

test("an exercise shows what is set, and a title stands only over what it speaks of", () => {
  const page = openLesson();
  page.lesson.getState().set("try", 1);
  expect(devices(page)).toBe(1);
  expect(stageTarget(script, page.lesson.getState()).titled).toBe(false);
  page.lesson.getState().goTo("second");
  expect(stageTarget(script, page.lesson.getState())).toMatchObject({ scene: "many", titled: true });
});

test("what a run measured stays in the lesson when the stage has moved on", async () => {
  const page = openLesson();
  const { run, goTo, figureOf } = page.lesson.getState();
  run("many");
  await new Promise((done) => setTimeout(done));
  goTo("first");
  expect(page.stage.getState().training.steps).toEqual([]);
  const records = page.lesson.getState().records[scenarioKey(figureOf("many"))];
  expect(records.map(({ loss }) => loss)).toEqual([1, 1 / 2]);
  page.stop();
});
