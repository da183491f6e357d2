/** The lab. Holds its place until the controls and views are here. */
import type { Metadata } from "next";
import styles from "../page.module.css";

export const metadata: Metadata = { title: "Lab" };

export default function LabPage() {
  return (
    <main className={styles.page}>
      <article className={styles.text}>
        <h1>Lab</h1>
        <p>A place to set up a cluster of your own. It is being built.</p>
      </article>
    </main>
  );
}
