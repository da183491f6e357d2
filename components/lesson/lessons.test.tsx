/** What must hold for every lesson in the registry. */
import type { ReactElement, ReactNode } from "react";
import * as runtime from "react/jsx-runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { GLOSSARY } from "@/content/glossary";
import { lessons } from "@/content/lessons";
import { outline } from "@/content/outline";
import { parseScenario } from "@/engine/scenario";
import { buildFigure, type Figure } from "../stage/state/figure";
import { BreakIt } from "./BreakIt";
import { Cite } from "./Cite";
import { Hint } from "./Exercise";
import { allSettings, bestOf, isSet, settingOf, settle, verdictOn } from "./judge";
import { Passage } from "./Passage";
import { Pitfall } from "./Pitfall";
import { type PlaceName, resolvePlace } from "./place";
import { closeTo, isTrue } from "./predictions";
import { Recap } from "./Recap";
import { plainText } from "./readScript";
import { isExercise, type Script } from "./script";
import { collect, readLessonScript, type Tag } from "./testing";
import { isMeasureName, readMeasure, readValue } from "./values";
import { vocabulary } from "./vocabulary";

/** What Markdown itself may turn into. */
const MARKDOWN = "p em strong a ul ol li h2 h3 code pre blockquote table thead tbody tr th td".split(" ");

/** A number with a unit: that is for a `Value` to say, or for a source. The 1s of `n − 1` and of `1F1B` are none. */
const TYPED_NUMBER =
  /(?<!n − )(?<![\w.])\d[\d.,]*\s*(%|‰|×|times|[numµ]?s\b|[kMGT]i?B\b|B\b|bytes?\b|samples?\b|devices?\b|steps?\b|buckets?\b|parameters?\b)/i;

const MESSAGES: ReadonlySet<PlaceName> = new Set(["allReduce", "reduceScatter", "allGather", "send", "recv"]);

/** Words that a calm reader reads in a minute, and minutes that a question or an exercise takes. */
const WORDS_A_MINUTE = 200;
const MINUTES_A_QUESTION = 1;

/** A lesson can have some dozens of figures. */
const FIGURES_MS = 60_000;

test.each([
  ["a step of 13.9 ms", true],
  ["all 512\u00a0samples", true],
  ["11.7 % of it", true],
  ["2(n − 1) steps", false],
  ["For n − 1 steps", false],
  ["device 1", false],
  ["the 1F1B schedule", false],
])("typed numbers are told from formulas: %s", (text, isTyped) => {
  expect(TYPED_NUMBER.test(text)).toBe(isTyped);
});

test("the outline and the registry have the same lessons in the same order", () => {
  expect(lessons.map(({ slug }) => slug)).toEqual(outline.map(({ slug }) => slug));
});

describe.each(lessons)("$slug", (lesson) => {
  let source: string;
  let tree: ReactNode;
  let tags: Tag[];
  let script: Script;
  const figures: Record<string, Figure> = {};
  const tagsOf = (type: unknown) => tags.filter((tag) => tag.type === type);

  beforeAll(async () => {
    ({ source, tree, script } = await readLessonScript(lesson));
    ({ tags } = collect(tree));
    for (const [scene, scenario] of Object.entries(script.scenarios)) {
      figures[scene] = buildFigure(parseScenario(scenario));
    }
  }, FIGURES_MS);

  test("uses the vocabulary and Markdown, and imports nothing", () => {
    const known = new Set<unknown>([...Object.values(vocabulary), ...MARKDOWN, runtime.Fragment]);
    expect(tags.filter(({ type }) => !known.has(type)).map(({ type }) => String(type))).toEqual([]);
    expect(source).not.toMatch(/^(import|export)\b/m);
  });

  test("has all its parts: stops that move the stage, a prediction, a break-it, pitfalls, a recap, exercises", () => {
    const kinds = script.stops.map((stop) => (isExercise(stop) ? "exercise" : stop.kind));
    const numSteps = kinds.filter((kind) => !["exercise", "break", "read"].includes(kind)).length;
    expect(numSteps).toBeGreaterThanOrEqual(8);
    expect(numSteps).toBeLessThanOrEqual(20);
    expect(kinds).toContain("predict");
    expect(script.mistakes.length).toBeGreaterThan(0);
    expect(tagsOf(BreakIt)).toHaveLength(script.mistakes.length);
    expect(tagsOf(Pitfall).length).toBeGreaterThan(0);
    expect(tagsOf(Recap)).toHaveLength(1);
    // Who goes from stop to stop reads them, too.
    expect(kinds.filter((kind) => kind === "read")).toHaveLength(tagsOf(Passage).length + tagsOf(Pitfall).length + 1);
    const numExercises = kinds.filter((kind) => kind === "exercise").length;
    expect(numExercises).toBeGreaterThanOrEqual(2);
    expect(numExercises).toBeLessThanOrEqual(4);
    expect(tagsOf(Hint)).toHaveLength(numExercises);
  });

  test("a number with a unit is a value, or stands beside its source", () => {
    const spoken = tags.flatMap(({ props }) => [props.question, props.task, props.title, props.belief, props.label]);
    const typed = [...unsourcedTexts(tree), ...spoken.filter((text) => typeof text === "string")];
    expect(typed.filter((text) => TYPED_NUMBER.test(text))).toEqual([]);
  });

  test("every stop is in the trace of its scene, also after what it changes", () => {
    for (const stop of script.stops) {
      const { id, scene, place } = stop;
      const changed =
        stop.kind === "switch" ? stop.options.map((option) => option.id) : id in script.scenarios ? [id] : [];
      for (const shown of [scene, ...changed]) {
        const { trace } = figures[shown];
        const { timeMs } = resolvePlace(trace, place);
        expect(timeMs, id).toBeGreaterThanOrEqual(0);
        expect(timeMs, id).toBeLessThanOrEqual(trace.stepMs);
      }
    }
  });

  test("a step in the middle of a message names one message", () => {
    for (const { id, scene, place } of script.stops) {
      if (place.at !== "middle" || !MESSAGES.has(place.of)) continue;
      const { timeMs, windowMs } = resolvePlace(figures[scene].trace, place);
      expect(timeMs, id).toBeCloseTo((windowMs[0] + windowMs[1]) / 2, 9);
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
    for (const stop of script.stops) {
      if (stop.kind !== "predict") continue;
      const { id, scene, measure, rank, choices } = stop;
      const [before, after] = [scene, id].map((of) => readMeasure(measure, figures[of], rank).amount);
      expect(
        choices.filter(({ guess }) => isTrue(guess, before, after)),
        `${id}: ${before} to ${after}`,
      ).toHaveLength(1);
      expect(new Set(choices.map(({ guess }) => guess)).size, id).toBe(choices.length);
      expect(choices.length, id).toBeGreaterThanOrEqual(3);
      for (const { text } of choices) expect(text, id).not.toBe("");
    }
  });

  test("each exercise can be done, and is not done at the start", () => {
    for (const stop of script.stops) {
      const scenario = script.scenarios[stop.id];
      if (stop.kind === "exercise") {
        for (const { field, options } of stop.fields) {
          const chosen = options.filter((option) => isSet(scenario, field, settingOf(option)));
          expect(chosen, `${stop.id}: ${field} at the start`).toHaveLength(1);
        }
        const best = bestOf(scenario, stop.fields, stop.judge);
        expect(verdictOn(scenario, stop.judge, best).kind, stop.id).not.toBe("right");
        expect(best, stop.id).toSatisfy(Number.isFinite);
        const { goal } = stop.judge;
        if (typeof goal === "object") {
          const reached = allSettings(stop.fields).some(
            (way) => verdictOn(settle(scenario, way), stop.judge, best).kind === "right",
          );
          expect(reached, stop.id).toBe(true);
        }
      }
      if (stop.kind === "calculate") {
        const [shown, asked] = [stop.scene, stop.id].map(
          (of) => readMeasure(stop.measure, figures[of], stop.rank).amount,
        );
        expect(closeTo(shown, asked), `the stage shows what ${stop.id} asks for`).toBe(false);
      }
      if (stop.kind === "write") expect(verdictOn(scenario, stop.judge).kind, stop.id).not.toBe("right");
    }
  });

  test("names only words of the glossary", () => {
    for (const term of script.terms) expect(GLOSSARY).toHaveProperty([term]);
  });

  test("its headings go down one level at a time, and its reading time is what it takes", () => {
    const levels = tags.flatMap(({ type }) =>
      typeof type === "string" && /^h\d$/.test(type) ? [Number(type[1])] : [],
    );
    levels.forEach((level, i) => {
      expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 1) + 1);
    });
    const words = plainText(tree).split(/\s+/).length;
    const questions = script.stops.filter(({ kind }) => !["step", "break", "read"].includes(kind)).length;
    const minutes = words / WORDS_A_MINUTE + questions * MINUTES_A_QUESTION;
    expect(lesson.minutes).toBeGreaterThan(minutes * 0.7);
    expect(lesson.minutes).toBeLessThan(minutes * 1.4);
  });
});

/** The texts of all paragraphs, entries and cells that name no source. */
function unsourcedTexts(node: ReactNode): string[] {
  const { tags, texts } = collect(node);
  const blocks = tags.filter(({ type }) => ["p", "li", "td", "th"].includes(type as string));
  const sourced = blocks.filter((block) => collect(block).tags.some(({ type }) => type === Cite));
  const excused = new Set(sourced.flatMap((block) => collect(block as ReactElement).texts));
  return texts.filter((text) => !excused.has(text));
}
