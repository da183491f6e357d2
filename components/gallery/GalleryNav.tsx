"use client";
/** Goes through the gallery: links, and the arrow keys while nothing has the focus. */
import type { Route } from "next";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import styles from "./GalleryNav.module.css";

export function GalleryNav({ ids, current }: { ids: readonly string[]; current: string }) {
  const router = useRouter();
  const place = ids.indexOf(current);
  const neighbour = (step: number) => ids[(place + step + ids.length) % ids.length];
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined || event.target !== document.body || event.shiftKey) return;
      // Here the arrows turn pages; on the stage they step, once it has the focus.
      event.preventDefault();
      event.stopImmediatePropagation();
      router.push(`/gallery/${ids[(place + step + ids.length) % ids.length]}` as Route);
    };
    document.addEventListener("keydown", onKey, true);
    return () => document.removeEventListener("keydown", onKey, true);
  }, [router, ids, place]);
  return (
    <nav className={styles.nav} aria-label="Gallery">
      <Link prefetch={false} href={`/gallery/${neighbour(-1)}` as Route}>
        ← {neighbour(-1)}
      </Link>
      <h1>
        {current} <small>{`${place + 1} of ${ids.length}`}</small>
      </h1>
      <Link prefetch={false} href={`/gallery/${neighbour(1)}` as Route}>
        {neighbour(1)} →
      </Link>
    </nav>
  );
}
