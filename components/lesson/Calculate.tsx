"use client";
/** A number that the learner finds by thinking. The engine runs the scenario and compares. */
import { type ReactNode, useState } from "react";
import { formatPercent } from "@/components/marks/format";
import type { View } from "../stage/views";
import styles from "./Exercise.module.css";
import { clockOf } from "./facts";
import { formatAmount } from "./formatAmount";
import { saysRight } from "./judge";
import { useFilled, useLesson, useLessonStore, useStop } from "./LessonContext";
import { TOLERANCE } from "./predictions";
import { readNumber, UNIT_HINTS } from "./readNumber";
import { StopFrame } from "./StopFrame";
import type { Patch } from "./scenarioPatch";
import type { CalculateStop } from "./script";
import { type MeasureName, readMeasure, unitOf } from "./values";
import type { Amount } from "./values/value";

export interface CalculateProps {
  id: string;
  task: string;
  /** What is asked about, as a change to the scene around it. */
  from?: Patch;
  measure: MeasureName;
  /** The device that is meant; the first unless said. */
  rank?: number;
  views?: readonly View[];
  /** A `Hint`. */
  children: ReactNode;
}

export function Calculate({ id, task, children }: CalculateProps) {
  const stop = useStop(id).stop as CalculateStop;
  const store = useLessonStore();
  const said = useLesson(({ texts }) => texts[id]);
  const [typed, setTyped] = useState<string | null>(null);
  const asked = useFilled(task, id);
  const unit = unitOf(stop.measure);
  return (
    <StopFrame id={id} label={`Exercise: ${asked}`} className={styles.exercise}>
      <p className={styles.task}>{asked}</p>
      <form
        className={styles.answer}
        onSubmit={(event) => {
          event.preventDefault();
          store.getState().write(id, typed ?? said ?? "");
        }}
      >
        <label>
          Your answer{UNIT_HINTS[unit]}, to {formatPercent(TOLERANCE)}
          <input
            type="text"
            inputMode="text"
            autoComplete="off"
            value={typed ?? said ?? ""}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <button type="submit">Compare with the run</button>
      </form>
      <p className={styles.result} role="status">
        {said !== undefined && <Comparison stop={stop} said={said} />}
      </p>
      {children}
    </StopFrame>
  );
}

/** What was said, beside what the run says. Before somebody has said something nothing is run. */
function Comparison({ stop: { id, measure, rank }, said }: { stop: CalculateStop; said: string }) {
  const figure = useLesson((state) => state.figureOf)(id);
  const is = readMeasure(measure, figure, rank);
  const number = readNumber(said, is.unit);
  const isRight = saysRight(said, is);
  return <em data-verdict={isRight ? "right" : "not-yet"}>{sentence()}</em>;

  function sentence(): string {
    if (number === null) return "That is not a number. A fraction, such as 3/4, or a sum with a unit will do.";
    if (lacksUnit(said, is)) return "Say the unit as well: bytes, kB, MB or GB.";
    if (isRight) return `Right: the run says ${formatAmount(is, clockOf(figure))}.`;
    return `Not yet: the run says ${number < is.amount ? "more" : "less"}.`;
  }
}

/** A few bytes are hardly meant. */
function lacksUnit(said: string, is: Amount): boolean {
  const number = readNumber(said, is.unit) ?? 0;
  return is.unit === "bytes" && is.amount >= 1000 && number > 0 && number < 1000 && !/[a-z]/i.test(said);
}
