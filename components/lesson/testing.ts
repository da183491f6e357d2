/** Small figures and reports for the tests of lessons, with numbers that can be checked by hand; lessons as read. */
import { readFileSync } from "node:fs";
import { evaluate } from "@mdx-js/mdx";
import { Children, isValidElement, type ReactElement, type ReactNode } from "react";
import * as runtime from "react/jsx-runtime";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { type LessonEntry, lessons } from "@/content/lessons";
import { outline } from "@/content/outline";
import { SCENARIOS } from "@/content/scenarios";
import type { Observation } from "@/engine/execute";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { buildFigure, type Figure } from "../stage/state/figure";
import { readScript } from "./readScript";
import { type Patch, patchScenario } from "./scenarioPatch";
import { type MeasureName, readMeasure } from "./values";
import { vocabulary } from "./vocabulary";

/** 2 x 4 + 4 + 4 x 3 + 3 = 27 parameters, 108 bytes, in two buckets; forward takes 1, backward 2, the rest nothing. */
export const SMALL: ScenarioInput = {
  steps: 2,
  model: { kind: "mlp", inputs: 2, hidden: 4, layers: 2, classes: 3 },
  data: { kind: "spiral" },
  batch: { global: 6 },
  mesh: { dp: 3 },
  gradientSync: { bucketBytes: 60 },
};

export function smallFigure(patch: Patch = {}): Figure {
  return buildFigure(parseScenario(patchScenario(SMALL, patch)));
}

export function stepReport(report: Partial<StepReport> = {}): StepReport {
  return {
    runId: 1,
    step: 1,
    loss: 1.1,
    referenceLoss: 1.1,
    gradNorm: 1,
    lossDifference: 0,
    parameterDifference: null,
    memoryAgrees: true,
    disagreement: null,
    prediction: null,
    observations: [],
    collective: null,
    ...report,
  };
}

export function seen(op: Observation["op"], on: string, rank: number, l2: number, first: number[] = []): Observation {
  return { op, on, rank, l2, first, phase: "end", buffer: `grad:${on}` };
}

// biome-ignore lint/suspicious/noExplicitAny: the props of whatever tag it is
export type Tag = ReactElement<any>;

/** A lesson's MDX, compiled as the site compiles it, but for the setting of formulas; its tree is read, not drawn. */
export async function readLesson({ slug }: LessonEntry): Promise<{ source: string; tree: ReactNode }> {
  const number = outline.find((line) => line.slug === slug)?.number ?? 0;
  const file = `../../content/lessons/${String(number).padStart(2, "0")}-${slug}.mdx`;
  const source = readFileSync(new URL(file, import.meta.url), "utf8");
  const { default: Text } = await evaluate(source, { ...runtime, remarkPlugins: [remarkGfm, remarkMath] });
  return { source, tree: (Text as (props: object) => ReactNode)({ components: vocabulary }) };
}

/** The script of a registered lesson, with the tree that it is from. */
export async function readLessonScript(lesson: LessonEntry) {
  const { source, tree } = await readLesson(lesson);
  return { source, tree, script: readScript(tree, lesson.scenario, SCENARIOS) };
}

/** All tags of a tree, and all texts, in their order. */
export function collect(node: ReactNode): { tags: Tag[]; texts: string[] } {
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

/**
 * Reads values of a scene of a lesson, for tests of what its text claims:
 * `const { value } = await openLessonTest("zero"); expect(value("stepMs", "three")).toBe(...)`.
 */
export async function openLessonTest(slug: string) {
  const lesson = lessons.find((entry) => entry.slug === slug);
  if (!lesson) throw new Error(`no lesson is called "${slug}"`);
  const { script } = await readLessonScript(lesson);
  const figures = new Map<string, Figure>();
  const figure = (scene: string): Figure => {
    const found = figures.get(scene) ?? buildFigure(parseScenario(script.scenarios[scene]));
    figures.set(scene, found);
    return found;
  };
  const value = (of: MeasureName, scene: string, rank = 0): number => readMeasure(of, figure(scene), rank).amount;
  return { script, figure, value };
}
