/** The model's answers to sums that it was not trained on. */
import { TableHead } from "@/components/marks/TableHead";
import type { Prediction } from "@/engine/execute/predictionResult";
import { useStage } from "../stage/state/useStage";
import { sumsSentence } from "./sums";
import styles from "./Training.module.css";

export type SumsPrediction = Extract<Prediction, { kind: "sums" }>;

export function Sums({ prediction: { answers, rightShare, total } }: { prediction: SumsPrediction }) {
  const { data, steps: numSteps } = useStage((state) => state.figure.scenario);
  // Looked at every few steps: since then more may have been trained.
  const done = useStage((state) => state.training.steps.findLast((step) => step.prediction)?.step ?? 0);
  const digits = data.kind === "addition" ? data.digits : 0;
  return (
    <div className={styles.sums}>
      <table>
        <TableHead names={["sum", "answer", "should be", "is"]} />
        <tbody>
          {answers.map(({ question, answer, expected, right }) => (
            <tr key={question}>
              <td>{question}</td>
              <td>{answer}</td>
              <td>{expected}</td>
              <td className={right ? undefined : styles.wrong}>{right ? "right" : "wrong"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{sumsSentence({ rightShare, total, digits, done, numSteps })}</p>
    </div>
  );
}
