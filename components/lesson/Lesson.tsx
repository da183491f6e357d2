"use client";
/** A lesson beside its stage. On a phone the stage is on top and stays there while the text moves. */
import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { GLOSSARY, type GlossaryTerm } from "@/content/glossary";
import { SOURCES, type SourceName } from "@/content/sources";
import type { Watch } from "@/engine/execute";
import { Stage } from "../stage/Stage";
import { StageProvider } from "../stage/StageProvider";
import type { View } from "../stage/views";
import type { Facts } from "./facts";
import styles from "./Lesson.module.css";
import { LessonProvider, useFilled, useLesson, useScript } from "./LessonContext";
import { LessonNav } from "./LessonNav";
import { StartOver } from "./StartOver";
import type { Script } from "./script";
import { stageTarget } from "./stageTarget";
import { TrainLine } from "./TrainLine";

export interface LessonProps {
  /** Its name in its address. */
  slug: string;
  /** Over the title: which lesson of how many, and how long it takes. */
  place: string;
  heading: string;
  script: Script;
  facts: Facts;
  /** What stands on the stage where a step says nothing else. */
  views: readonly View[];
  watch?: Watch[];
  /** The lesson after it. */
  next?: { slug: string; title: string };
  /** The text. */
  children: ReactNode;
}

export function Lesson({ slug, place, heading, script, facts, views, watch, next, children }: LessonProps) {
  return (
    <StageProvider scenario={script.scenarios[script.stops[0].scene]} watch={watch}>
      <LessonProvider slug={slug} script={script} facts={facts}>
        <main className={styles.lesson}>
          <article className={styles.text}>
            <small>{place}</small>
            <h1>{heading}</h1>
            {children}
            <Words terms={script.terms} />
            {script.sources.length > 0 && <Sources names={script.sources} />}
            {next && (
              <p className={styles.onward}>
                Next:{" "}
                <Link prefetch={false} href={`/learn/${next.slug}` as Route}>
                  {next.title}
                </Link>
              </p>
            )}
            <StartOver slug={slug} />
            <LessonNav />
          </article>
          <div className={styles.stage}>
            <SceneStage usual={views} />
          </div>
        </main>
      </LessonProvider>
    </StageProvider>
  );
}

/** The stage under the title of its scene, or under its own where the learner has changed the scenario. */
function SceneStage({ usual }: { usual: readonly View[] }) {
  const script = useScript();
  const { titled, scene, views } = stageTarget(
    script,
    useLesson((state) => state),
  );
  const title = useFilled(script.titles[scene], scene);
  const shown = views ?? usual;
  const proof = <TrainLine hasButton={!shown.includes("training")} />;
  return <Stage views={shown} title={titled ? title : undefined} proof={proof} />;
}

/** The words that the lesson introduces, with their meanings. */
function Words({ terms }: { terms: readonly string[] }) {
  return (
    <section className={styles.words} aria-labelledby="words">
      <h2 id="words">Words of this lesson</h2>
      <dl>
        {terms.map((term) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{GLOSSARY[term as GlossaryTerm].means}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What the lesson cites. */
function Sources({ names }: { names: readonly SourceName[] }) {
  return (
    <section className={styles.sources} aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      <ul>
        {names.map((name) => {
          const { authors, year, title, address } = SOURCES[name];
          return (
            <li key={name} id={`source-${name}`}>
              {authors} ({year}). <a href={address}>{title}</a>.
            </li>
          );
        })}
      </ul>
    </section>
  );
}
