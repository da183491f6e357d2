/** Every view in fixed states, without a lesson around it: for looking, and for tests that compare pictures. */
import type { Metadata, Route } from "next";
import Link from "next/link";
import { GALLERY } from "@/content/scenarios/gallery";
import styles from "./gallery.module.css";

export const metadata: Metadata = { title: "Gallery" };

export default function GalleryPage() {
  return (
    <main className={styles.page}>
      <h1>Gallery</h1>
      <p>Every view in fixed states. Left and right arrow keys go through them.</p>
      <ul className={styles.list}>
        {GALLERY.map(({ id, views }) => (
          <li key={id}>
            <Link prefetch={false} href={`/gallery/${id}` as Route}>
              {id}
            </Link>{" "}
            <small>{views.join(", ")}</small>
          </li>
        ))}
      </ul>
    </main>
  );
}
