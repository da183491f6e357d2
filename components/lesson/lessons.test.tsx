/**
 * What must hold for every lesson in the registry. The MDX is compiled here as the site compiles it, and its tree is
 * read, not drawn.
 */
import { readFileSync } from "node:fs";
import { evaluate } from "@mdx-js/mdx";
import { Children, isValidElement, type ReactElement, type ReactNode } from "react";
import * as runtime from "react/jsx-runtime";
import remarkGfm from "remark-gfm";
import { beforeAll, describe, expect, test } from "vitest";
import { GLOSSARY } from "@/content/glossary";
import { type LessonEntry, lessons } from "@/content/lessons";
import { outline } from "@/content/outline";
import { SCENARIOS } from "@/content/scenarios";
import { parseScenario } from "@/engine/scenario";
import { buildFigure, type Figure } from "../stage/state/figure";
import { bestOption } from "./exerciseGrade";
import { outcomeOf } from "./outcomes";
import { Choice, Predict } from "./Predict";
import { resolvePlace } from "./place";
import { readScript } from "./readScript";
import { fieldOf } from "./scenarioPatch";
import type { Script } from "./script";
import { Term } from "./Term";
import { isMeasureName, readMeasure, readValue } from "./values";
import { vocabulary } from "./vocabulary";

// biome-ignore lint/suspicious/noExplicitAny: the props of whatever tag it is
type Tag = ReactElement<any>;

/** What Markdown itself may turn into. */
const MARKDOWN = "p em strong a ul ol li h2 h3 code blockquote table thead tbody tr th td".split(" ");

/** A number with a unit: that is for a `Value` to say. The 1 of a formula's `n − 1` is none. */
const TYPED_NUMBER =
  /(?<!n − )(?<!\d)\d[\d.,]*\s*(%|‰|×|times|[numµ]?s\b|[kMGT]i?B\b|B\b|bytes?\b|samples?\b|devices?\b|steps?\b|buckets?\b|parameters?\b)/i;

async function readLesson({ slug }: LessonEntry) {
  const number = outline.find((line) => line.slug === slug)?.number ?? 0;
  const file = `../../content/lessons/${String(number).padStart(2, "0")}-${slug}.mdx`;
  const source = readFileSync(new URL(file, import.meta.url), "utf8");
  const { default: Text } = await evaluate(source, { ...runtime, remarkPlugins: [remarkGfm] });
  return { source, tree: (Text as (props: object) => ReactNode)({ components: vocabulary }) };
}

function collect(node: ReactNode): { tags: Tag[]; texts: string[] } {
  const found = { tags: [] as Tag[], texts: [] as string[] };
  Children.forEach(node, (child) => {
    if (typeof child === "string") found.texts.push(child);
    if (!isValidElement(child)) return;
    const inner = collect((child as Tag).props.children);
    found.tags.push(child as Tag, ...inner.tags);
    found.texts.push(...inner.texts);
  });
  return found;
}

test.each([
  ["a step of 13.9 ms", true],
  ["all 512\u00a0samples", true],
  ["11.7 % of it", true],
  ["2(n − 1) steps", false],
  ["For n − 1 steps", false],
  ["device 1", false],
])("typed numbers are told from formulas: %s", (text, isTyped) => {
  expect(TYPED_NUMBER.test(text)).toBe(isTyped);
});

test("the outline links exactly the lessons that are in the registry", () => {
  expect(lessons.map(({ slug }) => slug)).toEqual(outline.filter(({ written }) => written).map(({ slug }) => slug));
});

describe.each(lessons)("$slug", (lesson) => {
  let source: string;
  let tags: Tag[];
  let texts: string[];
  let script: Script;
  const figures: Record<string, Figure> = {};

  beforeAll(async () => {
    const { source: text, tree } = await readLesson(lesson);
    source = text;
    ({ tags, texts } = collect(tree));
    script = readScript(tree, lesson.scenario, SCENARIOS);
    for (const [scene, scenario] of Object.entries(script.scenarios)) {
      figures[scene] = buildFigure(parseScenario(scenario));
    }
  });

  test("uses the vocabulary and Markdown, and imports nothing", () => {
    const known = new Set<unknown>([...Object.values(vocabulary), ...MARKDOWN, runtime.Fragment]);
    expect(tags.filter(({ type }) => !known.has(type)).map(({ type }) => String(type))).toEqual([]);
    expect(source).not.toMatch(/^(import|export)\b/m);
  });

  test("types no number with a unit", () => {
    const spoken = tags.flatMap(({ props }) => [props.question, props.task, props.title, props.belief]);
    const typed = [...texts, ...spoken.filter((text) => typeof text === "string")].filter((t) => TYPED_NUMBER.test(t));
    expect(typed).toEqual([]);
  });

  test("every stop is in the trace of its scene, also after a prediction's change", () => {
    for (const { id, scene, place, kind } of script.stops) {
      for (const shown of kind === "step" ? [scene] : [scene, id]) {
        const { trace } = figures[shown];
        const { timeMs } = resolvePlace(trace, place);
        expect(timeMs, id).toBeGreaterThanOrEqual(0);
        expect(timeMs, id).toBeLessThanOrEqual(trace.stepMs);
      }
    }
  });

  test("every value is a number, or waits for a run", () => {
    expect(script.values.length).toBeGreaterThan(0);
    for (const { of, scenes, rank } of script.values) {
      for (const scene of scenes) {
        expect(figures, `${of} speaks of the scene`).toHaveProperty([scene]);
        if (isMeasureName(of)) expect(readMeasure(of, figures[scene], rank).amount, of).toSatisfy(Number.isFinite);
        else expect(readValue(of, figures[scene], [], { rank }), of).toBeNull();
      }
    }
  });

  test("each prediction has one right choice, as the engine finds it, and at least three in all", () => {
    const predictions = tags.filter(({ type }) => type === Predict);
    expect(predictions.length).toBeGreaterThan(0);
    for (const { props } of predictions) {
      const { scene } = script.stops.find(({ id }) => id === props.id) as { scene: string };
      const [before, after] = [scene, props.id].map((of) => readMeasure(props.measure, figures[of]).amount);
      const choices = collect(props.children).tags.filter(({ type }) => type === Choice);
      const outcomes = choices.map((choice) => choice.props.outcome);
      expect(outcomes, props.id).toContain(outcomeOf(before, after));
      expect(new Set(outcomes).size, props.id).toBe(outcomes.length);
      expect(outcomes.length, props.id).toBeGreaterThanOrEqual(3);
    }
  });

  test("each exercise can be done, and is not done at the start", () => {
    const exercises = script.stops.filter((stop) => stop.kind === "exercise");
    expect(exercises.length).toBeGreaterThan(0);
    for (const exercise of exercises) {
      const scenario = script.scenarios[exercise.id];
      const start = fieldOf(scenario, exercise.field);
      expect(exercise.options, exercise.id).toContain(start);
      expect(bestOption(scenario, exercise), exercise.id).not.toBe(start);
    }
  });

  test("introduces words of the glossary, each once", () => {
    const terms = tags.filter(({ type }) => type === Term).map(({ props }) => props.of);
    for (const term of terms) expect(GLOSSARY).toHaveProperty([term]);
    expect(new Set(terms).size).toBe(terms.length);
  });
});
