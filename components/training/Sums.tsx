/** The model's answers to sums that it was not trained on. */
import type { Prediction } from "@/engine/execute/predictionResult";
import { useStage } from "../stage/state/useStage";
import { sumsSentence } from "./sums";
import styles from "./Training.module.css";

export type SumsPrediction = Extract<Prediction, { kind: "sums" }>;

export function Sums({ prediction: { answers, rightShare, total } }: { prediction: SumsPrediction }) {
  const { data, steps: numSteps } = useStage((state) => state.figure.scenario);
  const done = useStage((state) => state.training.steps.length);
  const digits = data.kind === "addition" ? data.digits : 0;
  return (
    <div className={styles.sums}>
      <table>
        <thead>
          <tr>
            <th scope="col">sum</th>
            <th scope="col">answer</th>
            <th scope="col">should be</th>
            <th scope="col">is</th>
          </tr>
        </thead>
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
