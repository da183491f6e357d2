/** What must hold for the lessons together: no word of the glossary is used before the lesson that introduces it. */
import { beforeAll, expect, test } from "vitest";
import { GLOSSARY, type GlossaryTerm } from "@/content/glossary";
import { type LessonEntry, lessons } from "@/content/lessons";
import { SOURCES } from "@/content/sources";
import { collect, readLessonScript } from "./testing";

type Read = Awaited<ReturnType<typeof readLessonScript>> & { lesson: LessonEntry };
let course: Read[];

beforeAll(async () => {
  course = await Promise.all(lessons.map(async (lesson) => ({ lesson, ...(await readLessonScript(lesson)) })));
}, 60_000);

/** All that a reader reads: the texts, and what questions, tasks, labels and beliefs say. */
function proseOf({ tree, lesson }: Read): string {
  const { tags, texts } = collect(tree);
  const spoken = tags.flatMap(({ props }) => [props.question, props.task, props.title, props.belief, props.label]);
  return [lesson.heading, ...texts, ...spoken.filter((text) => typeof text === "string")].join(" ");
}

/** At the start of a sentence, too; but ZeRO is not zero. */
const mentions = (prose: string, word: string) =>
  new RegExp(`(?<![\\w-])${word.replaceAll("-", "[-\u2011]")}(?![\\w-])`, word === word.toLowerCase() ? "i" : "").test(
    prose,
  );

test("no word of the glossary is used before the lesson that introduces it", () => {
  const introduced = new Set<string>();
  const early: string[] = [];
  for (const read of course) {
    for (const term of read.script.terms) introduced.add(term);
    const prose = proseOf(read);
    for (const [term, { forms = [] }] of Object.entries(GLOSSARY) as [GlossaryTerm, { forms?: string[] }][]) {
      if (introduced.has(term)) continue;
      const found = [term, ...forms].find((word) => mentions(prose, word));
      if (found) early.push(`${read.lesson.slug} says "${found}" before anybody has introduced "${term}"`);
    }
  }
  expect(early).toEqual([]);
});

test("the check of words can fail", () => {
  expect(mentions("An all-reduce of it", "all-reduce")).toBe(true);
  expect(mentions("The rings of Saturn", "ring")).toBe(false);
  expect(mentions("during", "ring")).toBe(false);
  expect(mentions("With ZeRO", "ZeRO")).toBe(true);
  expect(mentions("set to zero", "ZeRO")).toBe(false);
});

test("every word of the glossary is introduced, and every source is cited", () => {
  const terms = new Set(course.flatMap(({ script }) => script.terms));
  expect(Object.keys(GLOSSARY).filter((term) => !terms.has(term))).toEqual([]);
  const sources = new Set<string>(course.flatMap(({ script }) => script.sources));
  expect(Object.keys(SOURCES).filter((name) => !sources.has(name))).toEqual([]);
});
