"use client";
/** Which backend does the arithmetic: chosen by hand, or by its self-test. */
import type { BackendReport } from "@/engine/backends/backend";
import { BACKENDS, type BackendName } from "@/engine/backends/backend";
import { useStage } from "../stage/state/useStage";
import { FieldGroup, SelectField } from "./fields";
import styles from "./Lab.module.css";

const CHOICES: { value: BackendName | "auto"; name: string }[] = [
  { value: "auto", name: "chosen by a quick test" },
  ...BACKENDS.map((value) => ({ value, name: value })),
];

export function BackendControls() {
  const choice = useStage((state) => state.backendChoice);
  const choose = useStage((state) => state.chooseBackend);
  const chosen = useStage((state) => state.training.backend);
  const reports = useStage((state) => state.training.backends);
  return (
    <FieldGroup name="Arithmetic">
      <SelectField label="Backend" path={["backend"]} columns={3} value={choice} options={CHOICES} onChoose={choose} />
      {reports.length > 0 && (
        <ul className={styles.backends}>
          {reports.map((report) => (
            <li key={report.name} className={report.name === chosen ? styles.chosen : undefined}>
              <b>{report.name}</b> {verdictOf(report, report.name === chosen)}
            </li>
          ))}
        </ul>
      )}
    </FieldGroup>
  );
}

function verdictOf({ passed, stepMs, reason }: BackendReport, isChosen: boolean): string {
  if (!passed) return reason ?? "did not pass its test";
  const time = stepMs === null ? "passed" : `${Number(stepMs.toPrecision(2))} ms for the test's step`;
  return isChosen ? `${time}: used here` : time;
}
