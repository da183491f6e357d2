"use client";
/** What training brings: its controls, the losses, and what the model predicts by now. */
import { useStage } from "../stage/state/useStage";
import { Boundary } from "./Boundary";
import { LossChart } from "./LossChart";
import { Sums } from "./Sums";
import styles from "./Training.module.css";
import { TrainingControls } from "./TrainingControls";

export function Training() {
  return (
    <section className={styles.training} aria-label="Training">
      <TrainingControls />
      <div className={styles.views}>
        <LossChart />
        <Predicted />
      </div>
    </section>
  );
}

function Predicted() {
  const prediction = useStage((state) => state.training.prediction);
  const model = useStage((state) => state.figure.scenario.model);
  const data = useStage((state) => state.figure.scenario.data);
  if (!prediction) return data.kind === "random" ? null : <p className={styles.before}>{promiseOf(data.kind)}</p>;
  if (prediction.kind === "sums") return <Sums prediction={prediction} />;
  return <Boundary prediction={prediction} numClasses={model.kind === "mlp" ? model.classes : 2} />;
}

function promiseOf(kind: "spiral" | "addition"): string {
  return kind === "spiral"
    ? "Once it trains: what the model takes each point of the plane for."
    : "Once it trains: the model's answers to sums that it never saw.";
}
