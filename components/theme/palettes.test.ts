import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { contrast, deltaE, parseColour, seenWith, VISIONS } from "./colour";
import {
  axisColour,
  axisDash,
  MEMORY_KINDS,
  MESH_AXES,
  memoryFill,
  microbatchHueDeg,
  type WorkKind,
  workFill,
  workText,
} from "./palettes";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** The declarations of the rule with this selector. */
function rule(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  expect(start, selector).toBeGreaterThan(-1);
  const body = css.slice(css.indexOf("{", start) + 1, css.indexOf("}", start));
  return Object.fromEntries([...body.matchAll(/([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));
}

const light = rule(":root");
const dark = { ...light, ...rule(':root[data-theme="dark"]') };
const themes = [
  ["light", light],
  ["dark", dark],
] as const;

/** The colour a CSS value comes to in a theme. */
function resolve(value: string, theme: Record<string, string>) {
  return parseColour(value.replace(/var\((--[\w-]+)\)/g, (_, name) => theme[name]));
}

test("a chosen dark theme and the system's dark theme are the same", () => {
  expect(rule(':root[data-theme="dark"]')).toEqual(rule(':root:not([data-theme="light"])'));
});

test("black on white has contrast 21, and #777777 on white the 4.48 of WCAG's own example", () => {
  expect(contrast(parseColour("#000000"), parseColour("#ffffff"))).toBeCloseTo(21, 6);
  expect(contrast(parseColour("#777777"), parseColour("#ffffff"))).toBeCloseTo(4.48, 2);
});

test("oklch agrees with hex on the primaries", () => {
  expect(deltaE(parseColour("oklch(0.62796 0.25768 29.234)"), parseColour("#ff0000"))).toBeLessThan(0.1);
  expect(deltaE(parseColour("oklch(0.45201 0.31321 264.052)"), parseColour("#0000ff"))).toBeLessThan(0.1);
});

test("red and green of one lightness are far apart for typical eyes and close in deuteranopia", () => {
  const [red, green] = [parseColour("oklch(0.6 0.12 25)"), parseColour("oklch(0.6 0.12 130)")];
  expect(deltaE(red, green)).toBeGreaterThan(15);
  expect(deltaE(seenWith("deuteranopia", red), seenWith("deuteranopia", green))).toBeLessThan(6);
});

test("hue runs from 252 to 20 degrees, and one micro-batch alone is blue", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((i) => Math.round(microbatchHueDeg(i, 8)))).toEqual([
    252, 219, 186, 153, 119, 86, 53, 20,
  ]);
  expect(microbatchHueDeg(0, 1)).toBe(252);
});

test("a bar's fill names the theme's lightness and chroma", () => {
  expect(workFill("forward", 0, 8)).toBe("oklch(var(--forward-l) var(--forward-c) 252)");
  expect(workFill("inputGrad", 7, 8)).toBe(workFill("backward", 7, 8));
});

describe.each(themes)("%s theme", (_, theme) => {
  const surfaces = ["--paper", "--sheet", "--idle"];

  test.each(["--ink", "--soft", "--faint", "--accent"])("%s is readable on every surface: 4.5 or more", (text) => {
    for (const surface of surfaces) {
      expect(contrast(resolve(theme[text], theme), resolve(theme[surface], theme)), surface).toBeGreaterThan(4.5);
    }
  });

  test.each<WorkKind>(["forward", "backward", "inputGrad", "weightGrad"])("text on %s bars: 4.5 or more", (kind) => {
    for (let i = 0; i < 64; i++) {
      const fill = resolve(workFill(kind, i, 64), theme);
      expect(contrast(fill, resolve(workText(kind), theme)), `micro-batch ${i} of 64`).toBeGreaterThan(4.5);
    }
  });

  test.each(VISIONS)("with %s, forward, weight gradient and backward of a micro-batch stay 10 apart", (vision) => {
    for (let i = 0; i < 64; i++) {
      const [f, w, b] = (["forward", "weightGrad", "backward"] as const).map((kind) =>
        seenWith(vision, resolve(workFill(kind, i, 64), theme)),
      );
      expect(Math.min(deltaE(f, w), deltaE(w, b), deltaE(f, b)), `micro-batch ${i} of 64`).toBeGreaterThan(10);
    }
  });

  test.each(VISIONS)("with %s, any two kinds of memory are 10 or more apart", (vision) => {
    for (const a of MEMORY_KINDS) {
      for (const b of MEMORY_KINDS.slice(0, MEMORY_KINDS.indexOf(a))) {
        const [p, q] = [a, b].map((kind) => seenWith(vision, resolve(memoryFill(kind), theme)));
        expect(deltaE(p, q), `${a} and ${b}`).toBeGreaterThan(10);
      }
    }
  });

  test.each(MEMORY_KINDS)("%s stands out from the paper: 3 or more", (kind) => {
    expect(contrast(resolve(memoryFill(kind), theme), resolve(theme["--paper"], theme))).toBeGreaterThan(3);
  });

  test.each(VISIONS)("with %s, any two axes are 10 or more apart", (vision) => {
    const [tp, dp, pp] = MESH_AXES.map((axis) => seenWith(vision, resolve(axisColour(axis), theme)));
    expect(Math.min(deltaE(tp, dp), deltaE(dp, pp), deltaE(tp, pp))).toBeGreaterThan(10);
  });

  test.each(MESH_AXES)("axis %s stands out from the paper: 3 or more", (axis) => {
    expect(contrast(resolve(axisColour(axis), theme), resolve(theme["--paper"], theme))).toBeGreaterThan(3);
  });
});

test("each axis has a dash of its own", () => {
  expect(new Set(MESH_AXES.map(axisDash)).size).toBe(3);
});
