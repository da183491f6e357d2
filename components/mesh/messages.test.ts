import { expect, test } from "vitest";
import { eventsOf, messageOf, spansOf } from "@/engine/trace";
import { RUNS } from "@/engine/trace/testing";
import { shownMessages } from "./messages";

test.each(RUNS)("$name: every message is shown at some time between two moments, and each only once", ({ trace }) => {
  const moments = [...new Set([0, ...eventsOf(trace).map(({ atMs }) => atMs)])].sort((a, b) => a - b);
  const seen = new Set<string>();
  const keyOf = ({ from, index }: { from: number; index: number }) => `${from} ${index}`;
  moments.forEach((atMs, i) => {
    // The last moment is the end of the step, where the cursor stops on it.
    const shown = shownMessages({ trace, moments }, moments[i + 1] ? (atMs + moments[i + 1]) / 2 : atMs).map(keyOf);
    expect(new Set(shown).size).toBe(shown.length);
    for (const key of shown) seen.add(key);
  });
  const all = trace.program.ranks.flatMap((_, rank) =>
    spansOf(trace, rank, "comm").flatMap((span) => messageOf(trace, span, span.startMs)),
  );
  for (const message of all) expect(seen).toContain(keyOf(message));
});
