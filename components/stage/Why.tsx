"use client";
/**
 * The reason for what is pointed at, in the run's own words. While nobody points: what the critical path consists of,
 * if it is drawn; else why the run does not fit, if it does not; else what is at the cursor, or the longest wait.
 */
import { explainBytes } from "@/components/memory/explain";
import { explainOutOfMemory } from "@/components/memory/outOfMemory";
import { remediesSentence } from "@/components/memory/remedies";
import { explain } from "@/components/timeline/explain";
import { explainPath } from "@/components/timeline/explainPath";
import { REMEDIES } from "@/components/timeline/remedies";
import type { Drawing } from "./drawing";
import { useStage } from "./state/useStage";
import { subjectOf, usualSubject } from "./subject";
import { useIsAwake } from "./useIsAwake";
import { useRemedies } from "./useRemedies";
import styles from "./Why.module.css";

export interface WhyProps {
  id: string;
  drawing: Drawing;
  /** Without lanes there is nothing else to ask about. */
  asksBytesOnly: boolean;
  /** Whether it says what would make a wait shorter, or a run fit; a lesson leaves that to its readers. */
  advises: boolean;
}

export function Why({ id, drawing: { figure, timeline, time }, asksBytesOnly, advises }: WhyProps) {
  const rank = useStage((state) => subjectOf(state)?.rank ?? -1);
  const stream = useStage((state) => subjectOf(state)?.stream ?? "compute");
  const atMs = useStage((state) => subjectOf(state)?.atMs ?? 0);
  const index = useStage((state) => subjectOf(state)?.index);
  const bytes = useStage((state) => state.askedBytes);
  const usual = useStage(usualSubject);
  const isAwake = useIsAwake();
  const tried = useRemedies(figure, advises && figure.outOfMemory !== null);
  const explanation = explained();
  return (
    <p className={`${styles.why} ${figure.outOfMemory && advises ? styles.advises : ""}`} id={id} aria-live="polite">
      {explanation ? (
        <span className={styles.reason}>
          <b>{explanation.what}</b> {explanation.why}
        </span>
      ) : (
        <span className={`${styles.reason} ${styles.hint}`}>
          {asksBytesOnly
            ? "Point at some memory, and it says what the bytes are."
            : "Nobody waits here. Point at a bar, and it says what came before it."}
        </span>
      )}
    </p>
  );

  function explained(): { what: string; why: string } | null {
    if (bytes) return explainBytes(figure.trace, bytes, time);
    if (usual === "path" && !asksBytesOnly) return explainPath(figure.trace, time);
    if (usual === "outOfMemory") {
      const reason = explainOutOfMemory(figure, time);
      const advice = tried ? remediesSentence(tried) : advises && isAwake ? "Trying what would make it fit…" : "";
      return reason && { what: reason.what, why: `${reason.why} ${advice}`.trim() };
    }
    if (rank < 0 || asksBytesOnly) return null;
    const found = explain(figure, { rank, stream, atMs, index }, timeline.detail, time);
    return found?.remedy && advises ? { ...found, why: `${found.why} ${REMEDIES[found.remedy]}` } : found;
  }
}
