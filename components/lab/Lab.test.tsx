// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { LAB_PRESETS } from "@/content/scenarios/lab";
import { hashOf } from "./address";
import { Lab } from "./Lab";

afterEach(() => {
  vi.useRealTimers();
  cleanup();
  window.location.hash = "";
});

const type = (name: string, value: string) =>
  fireEvent.change(screen.getByRole("textbox", { name }), { target: { value } });
const title = () => screen.getByRole("heading", { level: 2 }).textContent;
const field = (name: string) => screen.getByRole("textbox", { name }) as HTMLInputElement;

test("a batch that cannot be divided is refused at its control, and the stage keeps its figure", () => {
  render(<Lab />);
  const before = title();
  type("Batch", "1023");
  expect(field("Batch").getAttribute("aria-invalid")).toBe("true");
  const note = document.getElementById(field("Batch").getAttribute("aria-describedby") as string);
  expect(note?.textContent).toContain("use a global batch of 768 or 1024");
  expect(field("Devices").getAttribute("aria-invalid")).toBe("false");
  expect(title()).toBe(before);
  expect(screen.getByText(/The stage shows the last scenario that could run/)).toBeTruthy();
  type("Batch", "512");
  expect(field("Batch").getAttribute("aria-invalid")).toBe("false");
  expect(screen.queryByText(/The stage shows the last/)).toBeNull();
});

test("what is no number stays in the field and is refused by name; half a number survives on its way", () => {
  render(<Lab />);
  type("Learning rate", "fast");
  expect(field("Learning rate").value).toBe("fast");
  expect(screen.getByText('The learning rate must be a number, not "fast"', { selector: "p" })).toBeTruthy();
  type("Learning rate", "0.");
  expect(field("Learning rate").value).toBe("0.");
  type("Learning rate", "0.02");
  expect(field("Learning rate").value).toBe("0.02");
});

test("more devices, more rows; another model brings its own controls", () => {
  render(<Lab />);
  type("Devices", "8");
  expect(title()).toMatch(/^8\u00a0devices/);
  fireEvent.change(screen.getByRole("combobox", { name: "Model" }), { target: { value: "gpt" } });
  expect(field("Heads").value).toBe("4");
  expect(screen.queryByRole("combobox", { name: "Activation" })).toBeNull();
  type("Heads", "5");
  expect(field("Heads").getAttribute("aria-invalid")).toBe("true");
});

test("starting from another place replaces the whole scenario", () => {
  render(<Lab />);
  const start = screen.getByRole("combobox", { name: "Start from" });
  fireEvent.change(start, { target: { value: "2" } });
  expect(title()).toMatch(/^One device does it all/);
  type("Layers", "3");
  expect((start as HTMLSelectElement).value).toBe("-1");
});

const choose = (name: string, value: string) =>
  fireEvent.change(screen.getByRole("combobox", { name }), { target: { value } });

test("replicas may share what they hold; what has no use in a layout is not offered", () => {
  render(<Lab />);
  const held = () => screen.getByText(/together/).textContent;
  const before = held();
  choose("Replicas share", "3");
  expect(held()).not.toBe(before);
  expect(screen.queryByRole("checkbox", { name: /Cut the sequence/ })).toBeNull();
  choose("Replicas share", "0");
  type("Devices", "1");
  expect(screen.queryByRole("combobox", { name: "Replicas share" })).toBeNull();
});

test("attention's scores are only offered to a model that has some, and go with it", () => {
  render(<Lab />);
  const offered = () =>
    [...(screen.getByRole("combobox", { name: "Compute again" }) as HTMLSelectElement).options].map(
      ({ value }) => value,
    );
  expect(offered()).toEqual(["none", "full"]);
  choose("Model", "gpt");
  choose("Compute again", "selective");
  expect(screen.getByText("forward again (recompute)")).toBeTruthy();
  choose("Model", "mlp");
  expect(offered()).toEqual(["none", "full"]);
  expect(screen.queryByText(/The stage shows the last/)).toBeNull();
});

const open = (text: string) => {
  const button = screen.getByRole("button", { name: "Open scenario" });
  if (button.getAttribute("aria-expanded") === "false") fireEvent.click(button);
  fireEvent.change(screen.getByRole("textbox", { name: "Or its JSON" }), { target: { value: text } });
  fireEvent.click(screen.getByRole("button", { name: "Open" }));
};

test("a scenario that is opened fills every control; one that is refused says why, and changes nothing", () => {
  render(<Lab />);
  const { scenario } = LAB_PRESETS[8];
  open(JSON.stringify(scenario));
  expect(field("Pipeline ranks").value).toBe("4");
  expect((screen.getByRole("combobox", { name: "Start from" }) as HTMLSelectElement).value).toBe("8");
  const before = title();
  for (const [text, sentence] of [
    ["{", /^The scenario is not JSON: .*The stage shows what it showed before\.$/],
    ["{}", /^Model must be an object, not missing/],
    ["null", /^The scenario must be an object/],
    [JSON.stringify({ ...scenario, zeros: 1 }), /^Unknown key "zeros": known keys are /],
    [JSON.stringify({ ...scenario, mesh: { pp: 5 } }), /pipeline|stages|layers/],
    [JSON.stringify({ ...scenario, batch: { global: 1_000_000, micro: 1 } }), /too many to draw/],
  ] as const) {
    open(text);
    expect(screen.getByRole("alert").textContent, text).toMatch(sentence);
    expect(title()).toBe(before);
    expect(field("Pipeline ranks").value).toBe("4");
  }
  open(JSON.stringify({ ...scenario, mesh: { pp: 2 } }));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(field("Pipeline ranks").value).toBe("2");
});

test("a refusal stays when the address of the change before it is written, and goes with the next change", () => {
  vi.useFakeTimers();
  render(<Lab />);
  type("Batch", "512");
  open("bananas");
  act(() => vi.runAllTimers());
  expect(window.location.hash).toMatch(/^#scenario=/);
  expect(screen.getByRole("alert").textContent).toMatch(/^The scenario is not JSON/);
  type("Batch", "256");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("the lab begins with the scenario of its address, and with its own where the address is broken", () => {
  const { hash } = new URL(`http://host/${hashOf({ ...LAB_PRESETS[0].scenario, mesh: { dp: 8 } })}`);
  window.location.hash = hash;
  render(<Lab />);
  expect(field("Devices").value).toBe("8");
  cleanup();
  window.location.hash = hash.slice(0, -9);
  render(<Lab />);
  expect(field("Devices").value).toBe("4");
  expect(screen.getByRole("alert").textContent).toMatch(/not JSON|no scenario/);
});

test("a schedule by hand and sums of three digits, which a file may bring, are shown as what they are", () => {
  render(<Lab />);
  const { scenario } = LAB_PRESETS[8];
  open(
    JSON.stringify({
      ...scenario,
      mesh: { pp: 2 },
      batch: { global: 64, micro: 32 },
      schedule: { kind: "custom", ranks: ["0F0 0F1 0B0 0B1", "1F0 1F1 1B0 1B1"] },
    }),
  );
  expect((screen.getByRole("combobox", { name: "Schedule" }) as HTMLSelectElement).value).toBe("custom");
  open(
    JSON.stringify({
      model: { kind: "gpt", layers: 2, hidden: 16, heads: 2, seq: 11, vocab: 12 },
      data: { kind: "addition", digits: 3 },
    }),
  );
  expect((screen.getByRole("combobox", { name: "Data" }) as HTMLSelectElement).value).toBe("addition-3");
});
