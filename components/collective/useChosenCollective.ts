"use client";
/** The collective that the view shows: what was picked by hand, until the cursor moves on; else what it points at. */
import { useMemo, useState } from "react";
import type { Trace } from "@/engine/trace";
import { useStage } from "../stage/state/useStage";
import { type CollectiveEntry, collectiveAt, collectivesOf, isSameCollective } from "./choice";

interface Picked {
  trace: Trace;
  entry: CollectiveEntry;
  cursorMs: number;
}

export interface ChosenCollective {
  entries: readonly CollectiveEntry[];
  /** Null where the device takes part in none. */
  entry: CollectiveEntry | null;
  /** Shows one, and moves the cursor to its start, or to a time in it. */
  pick(entry: CollectiveEntry, cursorMs?: number): void;
}

export function useChosenCollective(): ChosenCollective {
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const setCursor = useStage((state) => state.setCursor);
  const entries = useMemo(() => collectivesOf(figure.trace, rank), [figure, rank]);
  // The time alone does not tell collectives apart: where messages cost nothing, many happen at one instant.
  const [picked, setPicked] = useState<Picked | null>(null);
  // A number, so that a moving cursor draws this again only when it comes to another collective.
  const index = useStage(({ cursorMs, asked }) => {
    const isStill = picked?.trace === figure.trace && picked.cursorMs === cursorMs;
    // Another member of the group takes part in it, too.
    const same = isStill ? entries.find((entry) => isSameCollective(entry, picked.entry)) : undefined;
    return (same ?? collectiveAt(entries, cursorMs, asked))?.index ?? -1;
  });
  return {
    entries,
    entry: entries.find((one) => one.index === index) ?? null,
    pick(entry, cursorMs = entry.startMs) {
      setPicked({ trace: figure.trace, entry, cursorMs });
      setCursor(cursorMs);
    },
  };
}
