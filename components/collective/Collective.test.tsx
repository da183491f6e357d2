// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, expect, test } from "vitest";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { openRun } from "@/engine/execute";
import type { ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { createStageStore } from "../stage/state/stageStore";
import type { EngineClient } from "../stage/state/trainingRun";
import { StageContext } from "../stage/state/useStage";
import { CollectiveView } from "./Collective";
import { collectivesOf } from "./choice";

beforeAll(() => startNodeBackend("cpu"));
afterEach(cleanup);

const mlp: ScenarioInput = {
  steps: 2,
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 4 },
};
const gpt: ScenarioInput = {
  model: { kind: "gpt", layers: 1, hidden: 16, heads: 4, seq: 8, vocab: 16 },
  batch: { global: 4, micro: 4 },
  mesh: { tp: 2 },
  sequenceParallel: true,
};

/** Trains for real, without a worker. */
function engineOf(store: () => ReturnType<typeof createStageStore>): EngineClient {
  let place: Parameters<EngineClient["record"]>[0] = null;
  let run: ReturnType<typeof openRun> | null = null;
  let onSteps: (reports: StepReport[]) => void = () => {};
  return {
    async open(request) {
      const { scenario, trace } = store().getState().figure;
      run = openRun(scenario, trace);
      onSteps = request.onSteps;
      return { backend: "cpu", backends: [], prediction: null };
    },
    async train() {
      const result = await run?.step([], place);
      if (result)
        onSteps([
          {
            ...result,
            runId: 1,
            referenceLoss: result.loss,
            lossDifference: 0,
            parameterDifference: null,
            prediction: null,
          },
        ]);
    },
    record: (next) => {
      place = next;
    },
    parameter: async () => null,
    tryMistake: () => Promise.reject(new Error("no mistake is tried here")),
    pause() {},
    close() {},
    dispose() {},
  };
}

function rendered(scenario: ScenarioInput) {
  const store = createStageStore({ scenario, startEngine: () => engineOf(() => store) });
  const view = render(
    <StageContext value={store}>
      <CollectiveView />
    </StageContext>,
  );
  return { store, ...view };
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const cellsOf = (root: ParentNode) => [...root.querySelectorAll("tbody td")].map((cell) => cell.textContent ?? "");

test("the picture is there before anything trained: six steps lead from own chunks to the whole sum", () => {
  const { container } = rendered(mlp);
  expect(cellsOf(container)).toHaveLength(16);
  expect(cellsOf(container)[0]).toBe("from 1: not recorded");
  expect(screen.getByRole("button", { name: "Previous" })).toHaveProperty("disabled", true);
  for (let step = 0; step < 6; step++) press("Next");
  expect(container.querySelector("output")?.textContent).toBe("Round 6 of 6, all-gather half");
  expect(screen.getByRole("button", { name: "Next" })).toHaveProperty("disabled", true);
  expect(new Set(cellsOf(container))).toEqual(new Set(["from 1, 2, 3 and 4: not recorded"]));
});

test("the ring stands at the cursor: a moved cursor moves it, and a step of it moves the cursor", () => {
  const { container, store } = rendered({ ...mlp, costs: { kind: "hardware", preset: "classroom" } });
  const output = () => container.querySelector("output")?.textContent;
  const [entry] = collectivesOf(store.getState().figure.trace, 0);
  const lengthMs = entry.endMs - entry.startMs;
  act(() => store.getState().setCursor(entry.startMs + lengthMs / 2));
  expect(output()).toBe("Round 3 of 6, reduce-scatter half");
  press("Next");
  expect(output()).toBe("Round 4 of 6, all-gather half");
  expect(store.getState().cursorMs).toBeCloseTo(entry.startMs + (lengthMs * 4) / 6, 9);
  act(() => store.getState().setCursor(entry.startMs));
  expect(output()).toBe("Before the first message");
});

test("a trained step fills in real numbers, which end alike on all devices; after the last step it can start over", async () => {
  const { container, store } = rendered(mlp);
  press("Train a step and show its numbers");
  await waitFor(() => expect(store.getState().training.collective).not.toBeNull());
  expect(cellsOf(container)[0]).toMatch(/^from 1: −?[\d.e−]+(, −?[\d.e−]+){2}$/);
  const text = container.textContent?.replaceAll("\u00a0", " ");
  expect(text).toMatch(/in training step 1: \(.*\) \/ 4 = .*; the devices hold/);
  expect(text).toMatch(/Over all 48 numbers compared, the largest difference is (0|\d\.\d × 10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\./);
  for (let step = 0; step < 6; step++) press("Next");
  const ends = cellsOf(container);
  for (let chunk = 0; chunk < 4; chunk++) expect(new Set(ends.filter((_, i) => i % 4 === chunk)).size).toBe(1);
  press("Train a step, record again");
  await waitFor(() => screen.getByRole("button", { name: "All steps are trained: start over" }));
  press("All steps are trained: start over");
  expect(cellsOf(container)[0]).toContain("not recorded");
});

test.each<ScenarioInput>([
  { ...mlp, zero: 3 },
  { ...mlp, mesh: { dp: 2, pp: 2 }, optimizer: { kind: "adamw", lr: 0.01, clip: 1 } },
])(
  "a recording, and the ring step in view, stay when another member of the group is chosen, and only then: %j",
  async (input) => {
    const { container, store } = rendered({ ...input, steps: 20 });
    const { trace } = store.getState().figure;
    const entry = collectivesOf(trace, 0).at(-1) as ReturnType<typeof collectivesOf>[number];
    fireEvent.change(screen.getByRole("combobox"), { target: { value: String(entry.index) } });
    press("Train a step and show its numbers");
    await waitFor(() => expect(store.getState().training.collective).not.toBeNull());
    press("Next");
    expect(entry.members.length).toBeGreaterThan(1);
    for (const rank of entry.members) {
      act(() => store.getState().selectRank(rank));
      expect(cellsOf(container)[0]).not.toContain("not recorded");
      expect(container.querySelector("output")?.textContent).toMatch(/^Round 1 of/);
    }
    act(() => store.getState().selectRank(0));
    const other = collectivesOf(trace, 0)[0];
    fireEvent.change(screen.getByRole("combobox"), { target: { value: String(other.index) } });
    expect(cellsOf(container)[0]).toContain("not recorded");
  },
);

test("every collective can be picked, also those that happen at one instant", () => {
  const { store } = rendered({ ...mlp, zero: 3 });
  const select = screen.getByRole("combobox") as HTMLSelectElement;
  const entries = collectivesOf(store.getState().figure.trace, 0);
  expect(new Set(entries.map(({ startMs }) => startMs)).size).toBeLessThan(entries.length);
  for (const { index } of entries) {
    fireEvent.change(select, { target: { value: String(index) } });
    expect(select.value).toBe(String(index));
  }
  act(() => store.getState().setCursor(0.01));
  expect(select.value).toBe(String(entries.find(({ endMs }) => endMs >= 0.01)?.index));
});

test("a forward reduce-scatter leads to the backward's all-gather of the same place, and back", () => {
  rendered(gpt);
  const chosen = () => {
    const { value, options } = screen.getByRole("combobox") as HTMLSelectElement;
    return [...options].find((option) => option.value === value)?.textContent;
  };
  expect(chosen()).toMatch(/^reduce-scatter of embed\.sum/);
  press(/^Go to the all-gather of the gradient of embed\.sum/);
  expect(chosen()).toMatch(/^all-gather of the gradient of embed\.sum/);
  press(/^Go to the reduce-scatter of embed\.sum/);
  expect(chosen()).toMatch(/^reduce-scatter of embed\.sum/);
});

test("a sum of gradients going back is said to be a backward, one of forward's has its own", () => {
  rendered({ ...gpt, sequenceParallel: false });
  const select = screen.getByRole("combobox") as HTMLSelectElement;
  const sentences = [...select.options].map((option) => {
    fireEvent.change(select, { target: { value: option.value } });
    return [option.textContent, document.body.textContent] as const;
  });
  const isOfGradient = (name: string | null) => name?.includes("of the gradient of") ?? false;
  expect(sentences.filter(([name]) => isOfGradient(name)).length).toBeGreaterThan(1);
  for (const [name, text] of sentences) {
    expect(text, name as string).toContain(
      isOfGradient(name) ? "It is a backward itself" : "Its backward sends nothing",
    );
  }
});

test("what is combined after backward has nothing that undoes it, and one device has no collective", () => {
  const { container } = rendered(mlp);
  expect(screen.queryByRole("button", { name: /^Go to/ })).toBeNull();
  expect(container.textContent).toContain("No gradient flows back through it");
  expect(container.textContent).not.toContain("Its backward");
  cleanup();
  expect(rendered({ ...mlp, mesh: { dp: 1 } }).container.textContent).toMatch(/^Device 1 takes part in no collective/);
});
