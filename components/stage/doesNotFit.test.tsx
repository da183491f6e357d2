// @vitest-environment happy-dom
/** A stage whose run does not fit into the memory of its devices. */
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { ScenarioInput } from "@/engine/scenario";
import { Stage } from "./Stage";
import { StageContext } from "./state/useStage";
import { scenario, stageOf, stageRendered } from "./testing";

afterEach(cleanup);

const tooWide: Partial<ScenarioInput> = {
  model: { kind: "mlp", inputs: 2, hidden: 256, layers: 5, classes: 3 },
  batch: { global: 4096, micro: 2048 },
};

test("where memory runs out the box says why the run does not fit, until something is pointed at", () => {
  const { container, store } = stageRendered(tooWide);
  const why = () => container.querySelector("[aria-live]")?.textContent;
  const { outOfMemory } = store.getState().figure;
  expect(why()).toMatch(/^Why does this run not fit\? Device 1 has room for 8 MB, and runs out at/);
  expect(why()).not.toContain("It would fit");
  act(() => store.getState().ask({ rank: 0, stream: "compute", atMs: 0.01 }));
  expect(why()).toMatch(/^Device 1: forward of micro-batch 1/);
  act(() => store.getState().ask(null));
  act(() => store.getState().setCursor((outOfMemory?.atMs ?? 0) / 2));
  expect(why()).toMatch(/^Device 1: /);
  act(() => store.getState().setCursor(outOfMemory?.atMs ?? 0));
  expect(why()).toMatch(/^Why does this run not fit/);
});

test("bars that are painted on a canvas are paled above it, others in their own drawing, and none twice", () => {
  const veils = (patch: Partial<ScenarioInput>) => {
    const { container } = stageRendered({ ...tooWide, ...patch });
    const found = [...container.querySelectorAll("[data-out-of-memory]")].map((veil) => veil.closest("svg"));
    const canvas = container.querySelector("canvas");
    cleanup();
    expect(found).toHaveLength(1);
    return { isAbove: found[0]?.hasAttribute("data-overlay"), hasCanvas: canvas !== null };
  };
  expect(veils({})).toEqual({ isAbove: false, hasCanvas: false });
  expect(
    veils({
      batch: { global: 4096, micro: 8 },
      model: { kind: "mlp", inputs: 2, hidden: 800, layers: 5, classes: 3 },
    }),
  ).toEqual({
    isAbove: true,
    hasCanvas: true,
  });
});

test("where it is to advise, the box then says what would make the run fit", async () => {
  const { store } = stageOf(tooWide);
  render(
    <StageContext value={store}>
      <Stage advises />
    </StageContext>,
  );
  expect(
    await screen.findByText(/It would fit with micro-batches of \d+ \(/, undefined, { timeout: 8000 }),
  ).toBeTruthy();
});

test("what does not fit does not train, and the reason stands beside the button", () => {
  const { element, store, startEngine } = stageOf(tooWide, ["training"]);
  render(element);
  const train = screen.getByRole("button", { name: "Train it here" });
  expect(train).toHaveProperty("disabled", true);
  expect(screen.getByRole("button", { name: "One step" })).toHaveProperty("disabled", true);
  const reason = document.getElementById(train.getAttribute("aria-describedby") as string)?.textContent;
  expect(reason).toMatch(/^Device 1 runs out of memory at .* where 8 MB fit, so it does not train\.$/);
  fireEvent.click(train);
  expect(startEngine).not.toHaveBeenCalled();
  act(() => store.getState().setDraft(scenario));
  expect(screen.getByRole("button", { name: "Train it here" })).toHaveProperty("disabled", false);
});

test("from the moment on at which memory runs out the run is pale, on every device, up to its end", () => {
  const { container, store } = stageRendered(tooWide);
  const { outOfMemory, trace } = store.getState().figure;
  const numberOf = (element: Element | null, name: string) => Number(element?.getAttribute(name));
  const veil = container.querySelector("[data-out-of-memory] > rect");
  const [xPx, widthPx] = [numberOf(veil, "x"), numberOf(veil, "width")];
  expect(xPx / (xPx + widthPx)).toBeCloseTo((outOfMemory?.atMs ?? 0) / trace.stepMs, 6);
  const lowest = Math.max(
    ...[...container.querySelectorAll("[data-mark] rect")].map((bar) => numberOf(bar, "y") + numberOf(bar, "height")),
  );
  expect(numberOf(veil, "height")).toBeGreaterThanOrEqual(lowest);
  // Closer in and later, all that is seen would never happen.
  const { stepMs } = trace;
  act(() => store.getState().setWindow([0.9 * stepMs, stepMs]));
  const later = container.querySelector("[data-out-of-memory] > rect");
  expect(numberOf(later, "x")).toBe(0);
  expect(container.querySelector("[data-out-of-memory] text")).toBeNull();
  act(() => store.getState().setWindow([0, (outOfMemory?.atMs ?? 0) / 2]));
  expect(container.querySelector("[data-out-of-memory]")).toBeNull();
  cleanup();
  expect(stageRendered({}).container.querySelector("[data-out-of-memory]")).toBeNull();
});
