/** The first page: who the course is for, what it promises, a cluster at work, the lessons. */
import type { Route } from "next";
import Link from "next/link";
import { Visited } from "@/components/lesson/Visited";
import { LiveFigure } from "@/components/stage/LiveFigure";
import { outline } from "@/content/outline";
import { LAB_PRESETS } from "@/content/scenarios/lab";
import styles from "./page.module.css";

const HOME_FIGURE = LAB_PRESETS[0].scenario;

export default function HomePage() {
  return (
    <main className={styles.page}>
      <article className={styles.text}>
        <small>A course in {outline.length} lessons</small>
        <h1>How a large model is trained on many devices</h1>
        <p>
          For anyone who can train a network on one device and wants to see what changes on a thousand: what is split,
          what is sent, who waits, and where the memory goes.
        </p>
        <p>
          <b>Nothing is drawn that was not computed.</b> Beside the text a small cluster trains a small model, here in
          your browser: real tensors, spread over simulated devices just as the lesson says. Bars and bytes are worked
          out from the very program that trains; losses and gradients come from running it.
        </p>
        <ol className={styles.lessons}>
          {outline.map(({ number, slug, title }) => (
            <li key={slug}>
              <span className={styles.number}>{number}</span>
              <Link prefetch={false} href={`/learn/${slug}` as Route}>
                {title}
              </Link>
              <Visited slug={slug} />
            </li>
          ))}
        </ol>
        <p>
          In the{" "}
          <Link prefetch={false} href="/lab">
            lab
          </Link>{" "}
          you set up a cluster of your own, and train it; the{" "}
          <Link prefetch={false} href="/glossary">
            glossary
          </Link>{" "}
          has all words of the course.
        </p>
      </article>
      <div className={styles.stage}>
        <LiveFigure
          scenario={HOME_FIGURE}
          views={["timeline", "memory"]}
          caption={
            <>
              One training step, cut into micro-batches. Play it, step through it, ask any bar why it starts when it
              does; in the{" "}
              <Link prefetch={false} href="/lab">
                lab
              </Link>{" "}
              it trains.
            </>
          }
        />
      </div>
    </main>
  );
}
