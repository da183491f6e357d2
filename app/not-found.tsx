/** What a wrong address gets: the export writes it as 404.html. */
import type { Metadata } from "next";
import Link from "next/link";
import { Shell } from "@/components/shell/Shell";
import styles from "./not-found.module.css";

export const metadata: Metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <Shell>
      <main className={styles.page}>
        <h1>There is no page at this address</h1>
        <p>
          The{" "}
          <Link prefetch={false} href="/">
            course
          </Link>{" "}
          lists all lessons.
        </p>
      </main>
    </Shell>
  );
}
