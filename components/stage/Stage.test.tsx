// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { afterEach, expect, test } from "vitest";
import { operationsOf } from "@/components/timeline/OperationTable";
import { REMEDIES } from "@/components/timeline/remedies";
import { formatBytes } from "@/engine/base/units";
import { planPlot } from "./plotFrame";
import { Stage, type StageProps } from "./Stage";
import { StageContext } from "./state/useStage";
import { scenario, stageOf, stageRendered } from "./testing";

afterEach(cleanup);

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
  expect(screen.queryByRole("button", { name: "Train it here" })).toBeNull();
});

test("a panel that is named first stands above the plot, and the panels are in the order of their names", () => {
  const order = (views: Parameters<typeof stageOf>[1]) => {
    const { container, unmount } = render(stageOf({}, views).element);
    const found = [...container.querySelectorAll("[data-plot], [data-panel]")].map((e) => e.getAttribute("data-panel"));
    const tabs = screen.queryAllByRole("tab").map((tab) => tab.textContent);
    unmount();
    return { found, tabs };
  };
  expect(order(["timeline", "mesh"]).found).toEqual([null, "Mesh"]);
  expect(order(["mesh", "timeline"]).found).toEqual(["Mesh", null]);
  expect(order(["mesh", "timeline", "training"])).toEqual({ found: ["Mesh", null], tabs: ["Mesh", "Training"] });
  expect(order(["devices", "mesh"])).toEqual({ found: ["Devices"], tabs: ["Devices", "Mesh"] });
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
  const plot = screen.getByRole("application");
  // Nothing has a place here, so px of the page are px of the drawing: 78 left of the lanes, 26 above them.
  fireEvent.pointerMove(plot, { pointerType: "mouse", clientX: 78 + 3, clientY: 26 + 5 });
  expect(why()).toMatch(/^Device 1: forward of micro-batch 1, from 0 to/);
  fireEvent.pointerLeave(plot, { pointerType: "mouse" });
  expect(why()).toMatch(/^Why is device 1 idle/);
});

test("what would make a wait shorter is said only where the stage is to advise", () => {
  const { store } = stageOf({ mesh: { pp: 3 }, schedule: { kind: "naive" }, costs: { kind: "unit" } });
  const why = (advises: boolean) => {
    const { container, unmount } = render(
      <StageContext value={store}>
        <Stage advises={advises} />
      </StageContext>,
    );
    const text = container.querySelector("[aria-live]")?.textContent;
    unmount();
    return text;
  };
  expect(why(false)).toMatch(/^Why is device \d idle .* It waits for /);
  expect(why(true)).toBe(`${why(false)} ${REMEDIES.severalInFlight}`);
});

test("while the critical path is drawn the box says what it consists of", () => {
  const { container, store } = stageRendered();
  const why = () => container.querySelector("[aria-live]")?.textContent?.replaceAll("\u00a0", " ");
  fireEvent.click(screen.getByRole("checkbox", { name: "Critical path" }));
  expect(why()).toMatch(
    /^The critical path is [\d.]+ ms long, as long as the step: [\d.]+ ms of computing, on devices? [12].*; and [\d.]+ ms of messages, between devices 1 and 2\. Only/,
  );
  act(() => store.getState().ask({ rank: 0, stream: "compute", atMs: 0.01 }));
  expect(why()).toMatch(/^Device 1: forward/);
});

test("pointing at memory says what the bytes are, who made them and who frees them", () => {
  const { container, store } = stageRendered();
  const plot = screen.getByRole("application");
  const { figure } = store.getState();
  const frame = planPlot({ widthPx: 756, numRanks: 2, showTimeline: true, showComm: true, showMemory: true });
  const bottomPx = 26 + frame.memoryTopPx + frame.memoryHeightPx;
  fireEvent.pointerMove(plot, { pointerType: "mouse", clientX: 78 + frame.widthPx / 2, clientY: bottomPx - 1 });
  const text = container.querySelector("[aria-live]")?.textContent?.replaceAll("\u00a0", " ");
  const bytes = formatBytes(figure.profiles[0].bytes[0].parameters);
  expect(text).toMatch(new RegExp(`^Device 1 holds ${bytes.replace(".", "\\.")} of parameters at .* in 6 tensors: `));
  expect(text).toContain("there since before the step, kept for the next step");
});

test("keys zoom to one operation and back", () => {
  const { store } = stageRendered();
  const plot = screen.getByRole("application");
  const { stepMs } = store.getState().figure.trace;
  fireEvent.keyDown(plot, { key: "+" });
  expect(store.getState().windowMs[1] - store.getState().windowMs[0]).toBeCloseTo(stepMs / 1.5, 9);
  act(() => store.getState().ask({ rank: 0, stream: "compute", atMs: stepMs / 100 }));
  fireEvent.keyDown(plot, { key: "z" });
  const action = store.getState().windowMs;
  expect(action[1] - action[0]).toBeLessThan(stepMs / 4);
  fireEvent.keyDown(plot, { key: "z" });
  const operation = store.getState().windowMs;
  expect(operation[1] - operation[0]).toBeLessThan((action[1] - action[0]) / 2);
  fireEvent.keyDown(plot, { key: "z" });
  expect(store.getState().windowMs).toEqual([0, stepMs]);
  fireEvent.keyDown(plot, { key: "0" });
  expect(store.getState().windowMs).toEqual([0, stepMs]);
});

test("the critical path is drawn when it is asked for", () => {
  const { container } = stageRendered();
  expect(container.querySelector("[data-critical]")).toBeNull();
  fireEvent.click(screen.getByRole("checkbox", { name: "Critical path" }));
  expect(container.querySelector("[data-critical] path")?.getAttribute("d")).toMatch(/^M0,/);
});

test("a question mark lists the keys, and Escape puts the list away", () => {
  stageRendered();
  const play = screen.getByRole("button", { name: "Play" });
  fireEvent.keyDown(play, { key: "?" });
  expect(screen.getByRole("dialog").textContent).toContain("Page Down");
  fireEvent.keyDown(play, { key: "?" });
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("keys step and play; arrows go from bar to bar while the timeline has the focus", () => {
  const { store, element } = stageOf();
  render(element);
  const play = screen.getByRole("button", { name: "Play" });
  fireEvent.keyDown(play, { key: "PageDown" });
  expect(store.getState().cursorMs).toBe(store.getState().figure.actionMoments[1]);
  fireEvent.keyDown(play, { key: "PageUp" });
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
  render(stageOf().element);
  const rows = [...screen.getByRole("table", { name: /^Each device/ }).querySelectorAll("tbody tr")].map(
    (row) => row.textContent,
  );
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatch(/^Device 2.*ms.*ms.*kB.*kB$/);
});

test("the chosen device's lanes are a table, too; of very many operations the first, and how many there are", () => {
  const { store, element } = stageOf();
  render(element);
  const table = () => screen.getByRole("table", { name: /^What device/ });
  const { trace } = store.getState().figure;
  const rows = [...table().querySelectorAll("tbody tr")].map((row) => row.textContent?.replaceAll("\u00a0", " "));
  expect(rows).toHaveLength(operationsOf(trace, 0).length);
  expect(rows[0]).toMatch(/^forward of micro-batch 1device0 ms[\d.]+ ms$/);
  expect(rows.filter((row) => row?.includes("all-reduce of bucket"))).toHaveLength(2);
  act(() => store.getState().selectRank(1));
  expect(table().querySelector("caption")?.textContent).toBe("What device 2 does, in order of time.");
  act(() => store.getState().setDraft({ ...scenario, batch: { global: 256, micro: 2 } }));
  expect(table().querySelectorAll("tbody tr")).toHaveLength(60);
  expect(table().querySelector("caption")?.textContent).toMatch(/The first 60 of \d+ operations\.$/);
});

test.each(["tensors", "mesh", "shards", "collective"] as const)("%s alone can be stepped, played and saved", (view) => {
  const { store, element } = stageOf({}, [view]);
  render(element);
  fireEvent.click(screen.getByRole("button", { name: "Step" }));
  expect(store.getState().cursorMs).toBe(store.getState().figure.moments[1]);
  expect(screen.getByText("Save")).toBeTruthy();
});

test("where there is no plot the controls come last, so that what opens upwards has room", () => {
  const { container } = render(stageOf({}, ["mesh"]).element);
  const panel = container.querySelector("[data-panel]") as Element;
  expect(panel.compareDocumentPosition(screen.getByText("Save")) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

test("what shows no moment has nothing to play, but can be saved", () => {
  render(stageOf({}, ["devices"]).element);
  expect(screen.queryByRole("button", { name: "Play" })).toBeNull();
  expect(screen.getByText("Save")).toBeTruthy();
});

test("memory alone says what is pointed at", () => {
  const { container } = render(stageOf({}, ["memory"]).element);
  const why = () => container.querySelector("[aria-live]")?.textContent ?? "";
  expect(why()).toMatch(/^Point at some memory/);
  const plot = screen.getByRole("img", { name: /^Memory of every device/ });
  const frame = planPlot({ widthPx: 756, numRanks: 2, showTimeline: false, showComm: true, showMemory: true });
  const bottomPx = frame.axisPx + frame.memoryTopPx + frame.memoryHeightPx;
  fireEvent.pointerMove(plot, { pointerType: "mouse", clientX: 78 + frame.widthPx / 2, clientY: bottomPx - 1 });
  expect(why()).toMatch(/^Device 1 holds .* of parameters at /);
});

test("a picture of the view beside the plot can be saved only where there is one", () => {
  const offered = (views: StageProps["views"]) => {
    cleanup();
    render(stageOf({}, views).element);
    const details = screen.getByText("Save").closest("details") as HTMLDetailsElement;
    details.open = true;
    fireEvent(details, new Event("toggle"));
    return screen.getAllByRole("button", { name: /, SVG$/ }).map(({ textContent }) => textContent);
  };
  expect(offered(["timeline", "mesh"])).toEqual(["Timeline and memory, SVG", "Mesh, SVG"]);
  expect(offered(["timeline", "memory"])).toEqual(["Timeline and memory, SVG"]);
  expect(offered(["timeline", "devices"])).toEqual(["Timeline and memory, SVG"]);
});

test("M asks about the bytes at the cursor, kind by kind", () => {
  const { store, element } = stageOf();
  render(element);
  store.getState().setCursor(store.getState().figure.trace.stepMs / 2);
  const plot = screen.getByRole("application");
  fireEvent.keyDown(plot, { key: "m" });
  expect(store.getState().askedBytes).toMatchObject({ rank: 0, kind: "parameters", atMs: store.getState().cursorMs });
  fireEvent.keyDown(plot, { key: "m" });
  expect(store.getState().askedBytes).toMatchObject({ kind: "gradients" });
});
