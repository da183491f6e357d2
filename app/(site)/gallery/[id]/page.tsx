/** One fixed state of a view. */
import type { Metadata } from "next";
import { GalleryNav } from "@/components/gallery/GalleryNav";
import { LiveFigure } from "@/components/stage/LiveFigure";
import { trainedAtBuild } from "@/components/stage/trainedAtBuild";
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
  const { scenario, views, start, kept, isTrained } = GALLERY.find((one) => one.id === id) as GalleryEntry;
  const recordAt = { rank: start?.rank ?? 0, at: start?.at ?? 0 };
  const training = isTrained ? await trainedAtBuild(scenario, recordAt) : undefined;
  return (
    <main className={styles.page}>
      <GalleryNav ids={GALLERY.map((one) => one.id)} current={id} />
      <LiveFigure scenario={scenario} views={views} start={{ ...start, training }} kept={kept} />
    </main>
  );
}
