/** Lesson 4. Holds its place until the text and its stage are here. */
import type { Metadata } from "next";
import styles from "../../page.module.css";

export const metadata: Metadata = { title: "Data parallelism" };

export default function DataParallelismPage() {
  return (
    <main className={styles.page}>
      <article className={styles.text}>
        <small>Lesson 4 of 10</small>
        <h1>Data parallelism</h1>
        <p>This lesson is being written.</p>
      </article>
    </main>
  );
}
