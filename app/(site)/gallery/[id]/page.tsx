/** One fixed state of a view. */
import type { Metadata } from "next";
import { GalleryNav } from "@/components/gallery/GalleryNav";
import { LiveFigure } from "@/components/stage/LiveFigure";
import { GALLERY, type GalleryEntry } from "@/content/scenarios/gallery";
import styles from "../gallery.module.css";

export const dynamicParams = false;

export function generateStaticParams() {
  return GALLERY.map(({ id }) => ({ id }));
}

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Gallery: ${(await params).id}` };
}

export default async function GalleryEntryPage({ params }: Props) {
  const { id } = await params;
  const entry = GALLERY.find((one) => one.id === id) as GalleryEntry;
  return (
    <main className={styles.page}>
      <GalleryNav ids={GALLERY.map((one) => one.id)} current={id} />
      <LiveFigure scenario={entry.scenario} views={entry.views} start={entry.start} kept={entry.kept} />
    </main>
  );
}
