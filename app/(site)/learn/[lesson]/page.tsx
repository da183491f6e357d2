/** A lesson, by its name in the registry. */
import "katex/dist/katex.min.css";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { factsOf } from "@/components/lesson/facts";
import { Lesson } from "@/components/lesson/Lesson";
import { readScript } from "@/components/lesson/readScript";
import { vocabulary } from "@/components/lesson/vocabulary";
import { lessons } from "@/content/lessons";
import { outline } from "@/content/outline";
import { SCENARIOS } from "@/content/scenarios";

interface LessonRoute {
  params: Promise<{ lesson: string }>;
}

export const dynamicParams = false;

export function generateStaticParams() {
  return lessons.map(({ slug }) => ({ lesson: slug }));
}

async function find({ params }: LessonRoute) {
  const { lesson: slug } = await params;
  const lesson = lessons.find((entry) => entry.slug === slug);
  const entry = outline.find((line) => line.slug === slug);
  return lesson && entry ? { lesson, entry } : notFound();
}

export async function generateMetadata(route: LessonRoute): Promise<Metadata> {
  return { title: (await find(route)).entry.title };
}

export default async function LessonPage(route: LessonRoute) {
  const { lesson, entry } = await find(route);
  const { default: Text } = await lesson.load();
  const text = Text({ components: vocabulary });
  const script = readScript(text, lesson.scenario, SCENARIOS);
  return (
    <Lesson
      slug={lesson.slug}
      place={`Lesson ${entry.number} of ${outline.length} · ${lesson.minutes} min`}
      heading={lesson.heading}
      script={script}
      facts={factsOf(script)}
      views={lesson.views}
      watch={lesson.watch}
      next={outline.find(({ number }) => number === entry.number + 1)}
    >
      {text}
    </Lesson>
  );
}
