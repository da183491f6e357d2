import { expect, test } from "vitest";
import { keyAction } from "./keys";

const press = (key: string, tag = "section", type?: string) => keyAction({ key, tag, type, hasModifier: false });

test("arrows step by operations, a clicker's page keys by actions", () => {
  expect(["ArrowRight", "PageDown", "ArrowLeft", "PageUp", "Home", "End", " "].map((key) => press(key))).toEqual([
    "next",
    "nextAction",
    "previous",
    "previousAction",
    "start",
    "end",
    "toggle",
  ]);
});

test("a text field, a list and a key with a modifier keep their usual meaning; the scrubber does not", () => {
  for (const key of ["ArrowRight", "Home", " "]) {
    expect(press(key, "input", "text")).toBeNull();
    expect(press(key, "input", "checkbox")).toBeNull();
    expect(press(key, "select")).toBeNull();
    expect(keyAction({ key, tag: "section", hasModifier: true })).toBeNull();
  }
  expect(press("PageDown", "select")).toBe("nextAction");
  expect(press("PageDown", "textarea")).toBeNull();
  expect(press("ArrowRight", "input", "range")).toBe("next");
  expect(press("End", "input", "range")).toBe("end");
});

test("space presses a button that has the focus, while the arrows step", () => {
  expect(press(" ", "button")).toBeNull();
  expect(press("ArrowRight", "button")).toBe("next");
});

test("with Shift the same keys step the other way about; a question mark is one on any keyboard", () => {
  const shifted = (key: string) => keyAction({ key, tag: "section", shift: true, hasModifier: false });
  expect(["ArrowRight", "PageDown", "ArrowLeft", "PageUp"].map(shifted)).toEqual([
    "nextAction",
    "next",
    "previousAction",
    "previous",
  ]);
  expect([shifted("?"), press("?"), press("l"), shifted("Home")]).toEqual(["help", "help", "loop", null]);
});

test("other keys are nobody's", () => {
  expect(["a", "Enter", "Tab", "ArrowUp", "toString"].map((key) => press(key))).toEqual([null, null, null, null, null]);
});
