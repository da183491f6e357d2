"use client";
import { useState } from "react";
/** The lab: the stage, and beside it every control of its scenario. */
import { asSentence } from "@/components/marks/words";
import { LAB_PRESETS } from "@/content/scenarios/lab";
import { Compare } from "../stage/Compare";
import { Stage } from "../stage/Stage";
import { StageProvider } from "../stage/StageProvider";
import type { Figure } from "../stage/state/figure";
import { useStage } from "../stage/state/useStage";
import { ALL_VIEWS } from "../stage/views";
import { BackendControls } from "./BackendControls";
import {
  ClusterControls,
  CostControls,
  MemoryControls,
  ModelControls,
  OptimizerControls,
  SplitControls,
} from "./Controls";
import styles from "./Lab.module.css";
import { Share } from "./Share";

export function Lab() {
  return (
    <StageProvider scenario={LAB_PRESETS[0].scenario}>
      <header className={styles.top}>
        <h1>Lab</h1>
        <StartFrom />
        <Share />
      </header>
      <form className={styles.controls} aria-label="Scenario" onSubmit={(event) => event.preventDefault()}>
        <ModelControls />
        <ClusterControls />
        <SplitControls />
        <MemoryControls />
        <OptimizerControls />
        <CostControls />
        <BackendControls />
      </form>
      <div className={styles.stage}>
        <Refused />
        <Stage views={ALL_VIEWS} advises />
        <Comparison />
      </div>
    </StageProvider>
  );
}

/** Keeps a run, and shows it beside whatever is set up next. */
function Comparison() {
  const figure = useStage((state) => state.figure);
  const [kept, keep] = useState<Figure | null>(null);
  if (kept) return <Compare kept={kept} onForget={() => keep(null)} />;
  return (
    <p className={styles.keep}>
      <button type="button" onClick={() => keep(figure)}>
        Keep this run to compare
      </button>
      Then change anything: both stand on one time axis.
    </p>
  );
}

function StartFrom() {
  const draft = useStage((state) => state.draft);
  const setDraft = useStage((state) => state.setDraft);
  const text = JSON.stringify(draft);
  const current = LAB_PRESETS.findIndex(({ scenario }) => JSON.stringify(scenario) === text);
  return (
    <label className={styles.start}>
      Start from
      <select value={current} onChange={({ target }) => setDraft(LAB_PRESETS[Number(target.value)].scenario)}>
        {current < 0 && (
          <option value={-1} disabled>
            a scenario of your own
          </option>
        )}
        {LAB_PRESETS.map(({ name }, i) => (
          <option key={name} value={i}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Says that the figure is no longer what the controls say. The reason stands at its control, and here for the ear. */
function Refused() {
  const refusal = useStage((state) => state.refusal);
  return (
    <p className={styles.refused} role="status">
      {refusal && (
        <>
          The stage shows the last scenario that could run.
          <span className="visually-hidden"> {asSentence(refusal.sentence)}.</span>
        </>
      )}
    </p>
  );
}
