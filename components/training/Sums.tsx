/** The model's answers to sums that it was not trained on. */

import { formatPercent } from "@/components/marks/format";
import type { Prediction } from "@/engine/execute/predictionResult";
import styles from "./Training.module.css";

export type SumsPrediction = Extract<Prediction, { kind: "sums" }>;

export function Sums({ prediction: { answers, rightShare, total } }: { prediction: SumsPrediction }) {
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
      <p>
        {formatPercent(rightShare)} right of {total} sums never trained on
      </p>
    </div>
  );
}
