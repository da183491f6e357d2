"use client";
/** The best that can be set in an exercise, found a setting at a time, so that the page goes on answering meanwhile. */
import { useEffect, useState } from "react";
import type { ScenarioInput } from "@/engine/scenario";
import { bestAmong, type Field, type Judge, reachedBy } from "./judge";

/** @returns undefined while it is not known, and where nobody asks */
export function useBest(
  scenario: ScenarioInput,
  fields: readonly Field[],
  judge: Judge,
  asks: boolean,
): number | undefined {
  const [best, setBest] = useState<number>();
  useEffect(() => {
    if (!asks || best !== undefined) return;
    const reached = reachedBy(scenario, fields, judge);
    const amounts: (number | null)[] = [];
    let timer = setTimeout(function tryNext() {
      const next = reached.next();
      if (next.done) {
        setBest(bestAmong(amounts, judge));
        return;
      }
      amounts.push(next.value);
      timer = setTimeout(tryNext);
    });
    return () => clearTimeout(timer);
  }, [scenario, fields, judge, asks, best]);
  return best;
}
