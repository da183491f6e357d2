"use client";
/** Under an exercise: what was measured of what the learner has set up, and whether it is good enough. */
import { formatBytes } from "@/engine/base/units";
import type { ScenarioInput } from "@/engine/scenario";
import styles from "./Exercise.module.css";
import { formatAmount } from "./formatAmount";
import { type Goal, type Judge, tryFigure, type Verdict } from "./judge";
import { meaningOf, readMeasure } from "./values";

export interface VerdictLineProps {
  judge: Judge;
  scenario: ScenarioInput;
  verdict: Verdict;
  /** Nothing is judged before something was tried. */
  hasTried: boolean;
}

export function VerdictLine({ judge, scenario, verdict, hasTried }: VerdictLineProps) {
  return (
    <p className={styles.result} role="status">
      <Measured judge={judge} scenario={scenario} />
      {hasTried && <em data-verdict={verdict.kind}>{sentenceOf(verdict, judge.goal, scenario)}</em>}
    </p>
  );
}

function Measured({ judge: { measure, rank }, scenario }: Pick<VerdictLineProps, "judge" | "scenario">) {
  const figure = tryFigure(scenario);
  if (typeof figure === "string") return null;
  return (
    <>
      <span>{meaningOf(measure)}</span> <b>{formatAmount(readMeasure(measure, figure, rank), figure)}</b>
    </>
  );
}

function sentenceOf(verdict: Verdict, goal: Goal, scenario: ScenarioInput): string {
  if (verdict.kind === "refused") return `That cannot be run: ${verdict.sentence}.`;
  if (verdict.kind === "too-large") return `That does not fit: a device would hold ${formatBytes(verdict.bytes)}.`;
  if (verdict.kind === "over-limit") return `Not yet: ${excess(verdict, scenario)}.`;
  const isRight = verdict.kind === "right";
  if (typeof goal === "object") return isRight ? "Right: that is good enough." : "Not yet: it can be done better.";
  const than = goal === "least" ? "less" : "more";
  return isRight ? `Right: no other choice has notably ${than}.` : `Not yet: another choice has ${than}.`;
}

function excess({ amount, limit }: Extract<Verdict, { kind: "over-limit" }>, scenario: ScenarioInput): string {
  const figure = tryFigure(scenario);
  if (typeof figure === "string") return figure;
  const { unit } = readMeasure(limit.measure, figure, limit.rank);
  const said = (number: number) => formatAmount({ amount: number, unit }, figure);
  return `${meaningOf(limit.measure)}: ${said(amount)}, and at most ${said(limit.atMost)} are allowed`;
}
