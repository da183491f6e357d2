"use client";
/** What training brings: its controls, the losses, and what the model predicts by now. */
import { formatDifference } from "@/components/marks/format";
import { TableHead } from "@/components/marks/TableHead";
import { useStage } from "../stage/state/useStage";
import { Boundary } from "./Boundary";
import { LossChart } from "./LossChart";
import { Sums } from "./Sums";
import styles from "./Training.module.css";
import { TrainingControls, type TrainingProps } from "./TrainingControls";

export function Training({ refusal }: TrainingProps) {
  return (
    <section className={styles.training} aria-label="Training">
      <TrainingControls refusal={refusal} />
      <div className={styles.views}>
        <LossChart />
        <Predicted />
      </div>
      <StepTable />
    </section>
  );
}

/** So many of the last steps are read out; all would drown a listener. */
const LAST_STEPS = 10;

/** The charts as a table, for screen readers. */
function StepTable() {
  const steps = useStage((state) => state.training.steps);
  if (steps.length === 0) return null;
  return (
    <div className="visually-hidden">
      <table>
        <caption>The last training steps</caption>
        <TableHead names={["Step", "Loss", "Loss on one device", "Difference", "Gradient norm"]} />
        <tbody>
          {steps.slice(-LAST_STEPS).map(({ step, loss, referenceLoss, lossDifference, gradNorm }) => (
            <tr key={step}>
              <th scope="row">{step}</th>
              <td>{loss.toFixed(4)}</td>
              <td>{referenceLoss.toFixed(4)}</td>
              <td>{formatDifference(lossDifference)}</td>
              <td>{gradNorm.toPrecision(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
