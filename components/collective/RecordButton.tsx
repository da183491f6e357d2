"use client";
/** Trains one step and looks into this very collective. */
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import { useStage } from "../stage/state/useStage";
import type { CollectiveEntry } from "./choice";

export function RecordButton({ entry, record }: { entry: CollectiveEntry; record: CollectiveRecord | null }) {
  const status = useStage((state) => state.training.status);
  const trainRecording = useStage((state) => state.trainRecording);
  const resetTraining = useStage((state) => state.resetTraining);
  if (status === "done") {
    return (
      <button type="button" onClick={resetTraining}>
        All steps are trained: start over
      </button>
    );
  }
  return (
    <button
      type="button"
      disabled={status === "training" || status === "starting"}
      onClick={() => trainRecording({ rank: entry.rank, index: entry.index })}
    >
      {status === "starting" ? "Starting" : record ? "Train a step, record again" : "Train a step and show its numbers"}
    </button>
  );
}
