"use client";
/** The reason for what is pointed at, in the run's own words. */
import { explainBytes } from "@/components/memory/explain";
import { explain } from "@/components/timeline/explain";
import type { Drawing } from "./drawing";
import { useStage } from "./state/useStage";
import { subjectOf } from "./subject";
import styles from "./Why.module.css";

export interface WhyProps {
  id: string;
  drawing: Drawing;
  /** Without lanes there is nothing else to ask about. */
  asksBytesOnly: boolean;
}

export function Why({ id, drawing: { figure, timeline, time }, asksBytesOnly }: WhyProps) {
  const rank = useStage((state) => subjectOf(state)?.rank ?? -1);
  const stream = useStage((state) => subjectOf(state)?.stream ?? "compute");
  const atMs = useStage((state) => subjectOf(state)?.atMs ?? 0);
  const index = useStage((state) => subjectOf(state)?.index);
  const bytes = useStage((state) => state.askedBytes);
  const explanation = bytes
    ? explainBytes(figure.trace, bytes, time)
    : rank < 0 || asksBytesOnly
      ? null
      : explain(figure, { rank, stream, atMs, index }, timeline.detail, time);
  return (
    <p className={styles.why} id={id} aria-live="polite">
      {explanation ? (
        <>
          <b>{explanation.what}</b> {explanation.why}
        </>
      ) : (
        <span className={styles.hint}>
          {asksBytesOnly
            ? "Point at some memory, and it says what the bytes are."
            : "Nobody waits here. Point at a bar, and it says what came before it."}
        </span>
      )}
    </p>
  );
}
