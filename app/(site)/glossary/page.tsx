/** All words of the course, each with the lesson that introduces it. */
import type { Metadata, Route } from "next";
import Link from "next/link";
import { readScript } from "@/components/lesson/readScript";
import { vocabulary } from "@/components/lesson/vocabulary";
import { GLOSSARY } from "@/content/glossary";
import { lessons } from "@/content/lessons";
import { type OutlineEntry, outline } from "@/content/outline";
import { SCENARIOS } from "@/content/scenarios";
import styles from "./glossary.module.css";

export const metadata: Metadata = { title: "Glossary" };

/** The lesson that each word is introduced in. */
async function introductions(): Promise<Map<string, OutlineEntry>> {
  const found = new Map<string, OutlineEntry>();
  for (const { slug, scenario, load } of lessons) {
    const entry = outline.find((line) => line.slug === slug);
    const { default: Text } = await load();
    const { terms } = readScript(Text({ components: vocabulary }), scenario, SCENARIOS);
    for (const term of terms) if (entry && !found.has(term)) found.set(term, entry);
  }
  return found;
}

export default async function GlossaryPage() {
  const introduced = await introductions();
  const words = Object.entries(GLOSSARY).sort(([a], [b]) => a.localeCompare(b, "en", { sensitivity: "base" }));
  return (
    <main className={styles.page}>
      <h1>Glossary</h1>
      <dl>
        {words.map(([word, { means }]) => (
          <Word key={word} word={word} means={means} lesson={introduced.get(word)} />
        ))}
      </dl>
    </main>
  );
}

function Word({ word, means, lesson }: { word: string; means: string; lesson?: OutlineEntry }) {
  return (
    <div id={word.replaceAll(" ", "-").toLowerCase()}>
      <dt>{word}</dt>
      <dd>
        {means}{" "}
        {lesson && (
          <Link prefetch={false} href={`/learn/${lesson.slug}` as Route}>
            Lesson {lesson.number}
          </Link>
        )}
      </dd>
    </div>
  );
}
