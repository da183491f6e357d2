"use client";
/** The numbers of the run. */
import type { TimeFormat } from "@/components/marks/format";
import { readoutsOf } from "./headline";
import styles from "./Readouts.module.css";
import { useStage } from "./state/useStage";

export function Readouts({ time, trains }: { time: TimeFormat; trains: boolean }) {
  const figure = useStage((state) => state.figure);
  const steps = useStage((state) => state.training.steps);
  return (
    <dl className={styles.readouts}>
      {readoutsOf(figure, steps, time, trains).map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
