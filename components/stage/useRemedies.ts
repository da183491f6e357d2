"use client";
/** What would make the run on the stage fit: tried a change at a time, so that the page goes on answering meanwhile. */
import { useEffect, useState } from "react";
import { type Tried, tryRemedies } from "@/components/memory/remedies";
import type { Figure } from "./state/figure";

/** @returns all that was tried; null while it is being tried, and where nobody asked */
export function useRemedies(figure: Figure, asks: boolean): readonly Tried[] | null {
  const [found, setFound] = useState<{ figure: Figure; tried: Tried[] } | null>(null);
  const isKnown = found?.figure === figure;
  useEffect(() => {
    if (!asks || isKnown) return;
    const tries = tryRemedies(figure);
    const tried: Tried[] = [];
    let timer = setTimeout(function tryNext() {
      const next = tries.next();
      if (next.done) {
        setFound({ figure, tried });
        return;
      }
      tried.push(next.value);
      timer = setTimeout(tryNext);
    });
    return () => clearTimeout(timer);
  }, [figure, asks, isKnown]);
  return isKnown && asks ? found.tried : null;
}
