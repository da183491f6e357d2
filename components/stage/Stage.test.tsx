// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { afterEach, expect, test, vi } from "vitest";
import type { ScenarioInput } from "@/engine/scenario";
import { Stage } from "./Stage";
import { createStageStore } from "./state/stageStore";
import { StageContext } from "./state/useStage";

afterEach(cleanup);

const scenario: ScenarioInput = {
  model: { kind: "mlp", inputs: 2, hidden: 16, layers: 3, classes: 3 },
  batch: { global: 32, micro: 4 },
  mesh: { dp: 2 },
  gradientSync: { bucketBytes: 512 },
  costs: { kind: "hardware", preset: "classroom" },
};

function stageOf(patch: Partial<ScenarioInput> = {}, views?: Parameters<typeof Stage>[0]["views"]) {
  const startEngine = vi.fn(() => {
    throw new Error("no engine is needed to draw");
  });
  const store = createStageStore({ scenario: { ...scenario, ...patch }, startEngine });
  const element = (
    <StageContext value={store}>
      <Stage views={views} />
    </StageContext>
  );
  return { store, element, startEngine };
}

const kindsOf = (root: ParentNode) =>
  [...root.querySelectorAll("[data-mark][data-kind]")].map((mark) => mark.getAttribute("data-kind"));
const count = (kinds: (string | null)[], kind: string) => kinds.filter((one) => one === kind).length;

test("each device has 4 forwards, 4 backwards, one optimizer step, and a message a bucket", () => {
  const { element, store } = stageOf();
  const { container } = render(element);
  const kinds = kindsOf(container);
  const numBuckets = store.getState().figure.trace.program.ranks[0].groups.length;
  expect(numBuckets).toBe(2);
  expect(count(kinds, "forward")).toBe(8);
  expect(count(kinds, "backward")).toBe(8);
  expect(count(kinds, "optimizer")).toBe(2);
  expect(count(kinds, "collective")).toBe(2 * numBuckets);
  expect(kinds).toHaveLength(22);
});

test("the same bars stand in the page as it is built, before any script has run and without an engine", () => {
  const { element, startEngine } = stageOf();
  const html = renderToString(element);
  expect(html.match(/data-kind="forward"/g)).toHaveLength(8);
  expect(html).toContain("of the all-reduce is hidden behind backward");
  expect(startEngine).not.toHaveBeenCalled();
});

test("views that are not asked for are not drawn", () => {
  const { container } = render(stageOf({}, ["memory"]).element);
  expect(kindsOf(container)).toEqual([]);
  expect(container.querySelectorAll('path[data-kind="parameters"]')).toHaveLength(2);
  expect(screen.queryByRole("button", { name: "Train" })).toBeNull();
});

test("one device has no comm lane, no message and no choice of device", () => {
  const { container } = render(stageOf({ mesh: { dp: 1 } }).element);
  expect(count(kindsOf(container), "collective")).toBe(0);
  expect(screen.queryByRole("combobox", { name: /Device/ })).toBeNull();
});

test("pointing at a bar explains it, leaving it brings back the longest wait", () => {
  const { container } = render(stageOf().element);
  const why = () => container.querySelector("[aria-live]")?.textContent;
  expect(why()).toMatch(/^Why is device 1 idle/);
  const bar = container.querySelector('[data-kind="forward"] rect') as Element;
  fireEvent.pointerMove(bar, { pointerType: "mouse" });
  expect(why()).toMatch(/^Device 1: forward of micro-batch 1, from 0 to/);
  fireEvent.pointerLeave(bar.closest("[role=application]") as Element, { pointerType: "mouse" });
  expect(why()).toMatch(/^Why is device 1 idle/);
});

test("keys step and play; arrows go from bar to bar while the timeline has the focus", () => {
  const { store, element } = stageOf();
  render(element);
  const play = screen.getByRole("button", { name: "Play" });
  fireEvent.keyDown(play, { key: "PageDown" });
  expect(store.getState().cursorMs).toBe(store.getState().figure.moments[1]);
  fireEvent.keyDown(play, { key: "ArrowLeft" });
  expect(store.getState().cursorMs).toBe(0);
  fireEvent.keyDown(screen.getByRole("slider", { name: "Time" }), { key: "End" });
  expect(store.getState().cursorMs).toBe(store.getState().figure.trace.stepMs);
  fireEvent.keyDown(screen.getByRole("application"), { key: "ArrowLeft" });
  expect(store.getState().asked).toMatchObject({ rank: 0, stream: "compute" });
  expect(store.getState().cursorMs).toBe(store.getState().figure.trace.stepMs);
});

test("moving the cursor draws no bar again", () => {
  const { store, element } = stageOf();
  const { container } = render(element);
  const changes: MutationRecord[] = [];
  const observer = new MutationObserver((records) => changes.push(...records));
  for (const bar of container.querySelectorAll("[data-mark]"))
    observer.observe(bar, { attributes: true, childList: true, subtree: true });
  act(() => store.getState().setCursor(store.getState().figure.trace.stepMs / 2));
  expect(changes.concat(observer.takeRecords())).toEqual([]);
});

test("a table says the same: a row a device", () => {
  const { container } = render(stageOf().element);
  const rows = [...container.querySelectorAll("tbody tr")].map((row) => row.textContent);
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatch(/^Device 2.*ms.*ms.*kB.*kB$/);
});
