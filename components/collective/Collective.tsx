"use client";
/** One collective of the chosen device, step by step through the ring. */
import { useMemo, useState } from "react";
import { timeFormat } from "@/components/marks/format";
import { TwoSizes } from "@/components/marks/TwoSizes";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import { COLLECTIVE_KINDS, type Collective, ringMessages } from "@/engine/program";
import type { Trace } from "@/engine/trace";
import { useStage } from "../stage/state/useStage";
import { Adjoint } from "./Adjoint";
import styles from "./Collective.module.css";
import { adjointOf, type CollectiveEntry, collectivesOf, isSameCollective, ringStepAt } from "./choice";
import { layoutRing } from "./layout";
import { numberFormat } from "./numbers";
import { RecordButton } from "./RecordButton";
import { RingGrid } from "./RingGrid";
import { RingReadouts } from "./RingReadouts";
import { type ChosenCollective, useChosenCollective } from "./useChosenCollective";

export function CollectiveView() {
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const { entries, entry, pick } = useChosenCollective();
  const time = timeFormat(figure.scenario.costs.kind, figure.trace.stepMs / 10);
  if (!entry) {
    return (
      <p className={styles.none}>Device {rank + 1} takes part in no collective: nobody else holds what it holds.</p>
    );
  }
  return (
    <div className={styles.collective}>
      <label className={styles.choice}>
        Device {rank + 1}
        <select
          value={entry.index}
          onChange={({ target }) => {
            const next = entries.find(({ index }) => index === Number(target.value));
            if (next) pick(next);
          }}
        >
          {entries.map(({ index, name, startMs }) => (
            <option key={index} value={index}>
              {name}, at {time.text(startMs)}
            </option>
          ))}
        </select>
      </label>
      <Ring
        key={`${entry.members[0]} ${entry.instruction.axis} ${entry.place}`}
        entry={entry}
        entries={entries}
        pick={pick}
      />
    </div>
  );
}

/** Whichever member of the group was asked when it was recorded. */
function isRecordOf(trace: Trace, { rank, index }: CollectiveRecord, entry: CollectiveEntry): boolean {
  const recorded = collectivesOf(trace, rank).find((one) => one.index === index);
  return recorded !== undefined && isSameCollective(recorded, entry);
}

interface RingProps extends Pick<ChosenCollective, "entries" | "pick"> {
  entry: CollectiveEntry;
}

function Ring({ entry, entries, pick }: RingProps) {
  const latest = useStage((state) => state.training.collective);
  const { instruction, members } = entry;
  const trace = useStage((state) => state.figure.trace);
  const record = useMemo(() => (latest && isRecordOf(trace, latest, entry) ? latest : null), [trace, latest, entry]);
  const kind = COLLECTIVE_KINDS[instruction.op];
  const size = members.length;
  const messages = useMemo(() => ringMessages(instruction, size), [instruction, size]);
  const numSteps = messages.length > 0 ? messages[messages.length - 1].step + 1 : 0;
  const { step, goTo } = useRingStep(entry, numSteps, pick);
  const marks = (widthPx: number) =>
    layoutRing(messages, size, step, kind.reduces, { widthPx, elements: entry.elements });
  const half =
    kind.reduces && kind.gathers ? (step <= size - 1 ? "reduce-scatter half" : "all-gather half") : kind.name;
  return (
    <div className={styles.ring}>
      <div className={styles.steps}>
        <button type="button" disabled={step === 0} onClick={() => goTo(step - 1)}>
          Previous
        </button>
        <button type="button" disabled={step === numSteps} onClick={() => goTo(step + 1)}>
          Next
        </button>
        <output>{step === 0 ? "Before the first message" : `Round ${step} of ${numSteps}, ${half}`}</output>
        <RecordButton entry={entry} record={record} />
      </div>
      <TwoSizes draw={(widthPx) => <RingGrid marks={marks(widthPx)} members={members} record={record} step={step} />} />
      <p className={styles.key} data-legend="collective">
        <i aria-hidden="true" />
        whose numbers are in a cell: the first device's at the left, the last one's at the right
        {step > 0 ? "; a framed cell has just been received" : ""}
        {record ? numbersSentence(record, instruction) : ""}
      </p>
      <RingReadouts entry={entry} record={record} />
      <Adjoint entry={entry} partner={adjointOf(entries, entry)} step={numSteps - step} pick={pick} />
    </div>
  );
}

/** The ring step at the cursor. Going to another moves the cursor; where messages take no time, it only tells steps apart. */
function useRingStep(entry: CollectiveEntry, numSteps: number, pick: ChosenCollective["pick"]) {
  const [byHand, setByHand] = useState<{ step: number; cursorMs: number } | null>(null);
  const step = useStage(({ cursorMs }) =>
    byHand?.cursorMs === cursorMs ? byHand.step : ringStepAt(entry, numSteps, cursorMs),
  );
  const goTo = (next: number) => {
    const cursorMs = entry.startMs + ((entry.endMs - entry.startMs) * next) / numSteps;
    setByHand({ step: next, cursorMs });
    pick(entry, cursorMs);
  };
  return { step, goTo };
}

/** What the numbers in the cells are. */
function numbersSentence(record: CollectiveRecord, collective: Collective): string {
  const { unit } = numberFormat(record);
  const averages = "reduction" in collective && collective.reduction === "mean";
  const divided = averages ? ` A sum of all is divided by ${record.members.length} once it is complete.` : "";
  return `. Its first numbers are written in it${unit ? `, in ${unit}` : ""}.${divided}`;
}
