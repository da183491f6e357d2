"use client";
/** Trains reference cases on each backend of this browser and shows how far each is from PyTorch. */
import { useState } from "react";
import { BACKENDS, type BackendName } from "@/engine/backends/backend";
import type { CaseCheck, ReferenceCase } from "@/engine/reference/checkCase";
import type { ScenarioInput } from "@/engine/scenario";
import { startEngine } from "../stage/state/engineClient";
import styles from "./BackendCheck.module.css";

export interface NamedCase {
  name: string;
  reference: ReferenceCase;
  /** How it is spread over devices. */
  layout: Partial<ScenarioInput>;
}

type Outcome = { check: CaseCheck } | { failure: string } | "running";

export function BackendCheck({ cases }: { cases: readonly NamedCase[] }) {
  const [outcomes, setOutcomes] = useState<Record<string, Outcome>>({});
  const [running, setRunning] = useState(false);

  async function checkAll() {
    setRunning(true);
    setOutcomes({});
    const engine = startEngine();
    for (const backend of BACKENDS) {
      for (const { name, reference, layout } of cases) {
        const note = (outcome: Outcome) => setOutcomes((before) => ({ ...before, [keyOf(backend, name)]: outcome }));
        note("running");
        try {
          note({ check: await engine.check({ backend, reference, layout }) });
        } catch (error) {
          note({ failure: (error as Error).message });
        }
      }
    }
    engine.dispose();
    setRunning(false);
  }

  return (
    <>
      <p>
        <button type="button" className={styles.button} onClick={checkAll} disabled={running}>
          {running ? "Training…" : "Check this browser"}
        </button>
      </p>
      <div className={styles.scroller}>
        <table className={styles.table} aria-busy={running}>
          <thead>
            <tr>
              <th scope="col">backend</th>
              <th scope="col">case</th>
              <th scope="col">loss</th>
              <th scope="col">gradient norm</th>
              <th scope="col">parameters</th>
              <th scope="col">against one device</th>
              <th scope="col">memory</th>
            </tr>
          </thead>
          <tbody>
            {BACKENDS.flatMap((backend) =>
              cases.map(({ name }) => (
                <tr key={keyOf(backend, name)} data-backend={backend} data-case={name}>
                  <th scope="row">{backend}</th>
                  <td>{name}</td>
                  <Cells outcome={outcomes[keyOf(backend, name)]} />
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Cells({ outcome }: { outcome: Outcome | undefined }) {
  if (outcome === undefined || outcome === "running") return <td colSpan={5}>{outcome ?? "not run"}</td>;
  if ("failure" in outcome) return <td colSpan={5}>{outcome.failure}</td>;
  const { loss, gradNorm, parameter, maxDifference, memoryAgrees } = outcome.check;
  const differences = { loss, gradNorm, parameter, devices: Math.max(maxDifference.loss, maxDifference.parameter) };
  return (
    <>
      {Object.entries(differences).map(([what, difference]) => (
        <td key={what}>
          <data value={difference} data-what={what}>
            {difference.toExponential(1)}
          </data>
        </td>
      ))}
      <td>{memoryAgrees ? "agrees" : "disagrees"}</td>
    </>
  );
}

const keyOf = (backend: BackendName, name: string) => `${backend} ${name}`;
