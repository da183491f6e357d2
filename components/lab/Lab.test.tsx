// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Lab } from "./Lab";

afterEach(cleanup);

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
  const held = () => screen.getByText(/in all/).textContent;
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
