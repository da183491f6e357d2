/** Every view in fixed states, without a lesson around it: for looking, and for tests that compare pictures. */
import type { Metadata } from "next";
import { LiveFigure } from "@/components/stage/LiveFigure";
import { GALLERY } from "@/content/scenarios/gallery";
import styles from "./gallery.module.css";

export const metadata: Metadata = { title: "Gallery" };

export default function GalleryPage() {
  return (
    <main className={styles.page}>
      <h1>Gallery</h1>
      {GALLERY.map(({ id, scenario, views }) => (
        <div key={id} id={id} className={styles.figure}>
          <LiveFigure scenario={scenario} views={views} caption={id} />
        </div>
      ))}
    </main>
  );
}
