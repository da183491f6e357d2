"use client";
/** How far the reader is in a lesson, as this browser remembers it; nothing where it was never opened. */
import { useEffect, useState } from "react";
import { recallShare } from "./keptProgress";

export function Visited({ slug }: { slug: string }) {
  const [share, setShare] = useState<ReturnType<typeof recallShare>>(null);
  useEffect(() => setShare(recallShare(localStorage, slug)), [slug]);
  if (!share) return null;
  const { visited, numStops } = share;
  return <small>{visited === numStops ? "read" : `${visited} of ${numStops} steps`}</small>;
}
