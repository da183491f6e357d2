/** What a reader has done in a lesson, kept in the browser from visit to visit. Nobody else ever sees it. */
import { isRecord } from "@/engine/base/assert";
import { NO_PROGRESS, type Progress } from "./progress";
import type { Script } from "./script";

/** Changes when what is kept changes its form. */
const VERSION = 1;
const keyOf = (slug: string) => `cluster-in-a-tab/lesson/${slug}`;

type Kept = Omit<Progress, "current"> & {
  /** The stop that the reader was at. */
  at: string;
  /** How many stops the lesson has. */
  numStops: number;
};

/** The part of the browser that keeps things; a test's may be anything. */
export type Shelf = Pick<Storage, "getItem" | "setItem">;

export function keepProgress(shelf: Shelf, slug: string, { stops }: Script, progress: Progress): void {
  const { current, visited, answers, showsBefore, turned, settings, texts, trials } = progress;
  const kept: Kept = {
    // Whoever has only opened the lesson has not left the place where they stopped.
    at: current > 0 ? stops[current].id : (read(shelf, slug)?.at ?? stops[0].id),
    numStops: stops.length,
    ...{ visited, answers, showsBefore, turned, settings, texts, trials },
  };
  try {
    shelf.setItem(keyOf(slug), JSON.stringify({ version: VERSION, ...kept }));
  } catch {
    // A full or forbidden shelf: the lesson works as well, it only forgets.
  }
}

export function forgetProgress(shelf: Pick<Storage, "removeItem">, slug: string): void {
  shelf.removeItem(keyOf(slug));
}

/** What was kept of the stops that the lesson still has; nothing where nothing was, or it cannot be read. */
export function recallProgress(shelf: Shelf, slug: string, { stops, mistakes }: Script): Progress {
  const kept = read(shelf, slug);
  if (!kept) return NO_PROGRESS;
  const known = new Set([...stops, ...mistakes].map(({ id }) => id));
  const ofKnown = <T>(values: Readonly<Record<string, T>> | undefined) =>
    Object.fromEntries(Object.entries(values ?? {}).filter(([id]) => known.has(id)));
  return {
    current: Math.max(
      0,
      stops.findIndex(({ id }) => id === kept.at),
    ),
    visited: (kept.visited ?? []).filter((id) => known.has(id)),
    answers: ofKnown(kept.answers),
    showsBefore: ofKnown(kept.showsBefore),
    turned: stillOffered(ofKnown(kept.turned), stops),
    settings: ofKnown(kept.settings),
    texts: ofKnown(kept.texts),
    trials: ofKnown(kept.trials),
  };
}

/** How far a reader is in a lesson. */
export function recallShare(shelf: Shelf, slug: string): { visited: number; numStops: number } | null {
  const kept = read(shelf, slug);
  if (!kept?.visited || !kept.numStops) return null;
  return { visited: Math.min(kept.visited.length, kept.numStops), numStops: kept.numStops };
}

function read(shelf: Shelf, slug: string): Partial<Kept> | null {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(keyOf(slug)) ?? "null");
    return isRecord(kept) && kept.version === VERSION ? (kept as Partial<Kept>) : null;
  } catch {
    return null;
  }
}

function stillOffered(turned: Progress["turned"], stops: Script["stops"]): Progress["turned"] {
  const offered = new Set(stops.flatMap((stop) => (stop.kind === "switch" ? stop.options.map(({ id }) => id) : [])));
  return Object.fromEntries(Object.entries(turned).filter(([, option]) => offered.has(option)));
}
