"use client";
/** Under an exercise: what was measured of what the learner has set up, and whether it is good enough. */
import { inPlainWords } from "@/components/marks/words";
import { formatBytes } from "@/engine/base/units";
import type { ScenarioInput } from "@/engine/scenario";
import styles from "./Exercise.module.css";
import { clockOf } from "./facts";
import { formatAmount } from "./formatAmount";
import { type Judge, tryFigure, type Verdict, verdictOn } from "./judge";
import { meaningOf, readMeasure } from "./values";

export interface VerdictLineProps {
  judge: Judge;
  scenario: ScenarioInput;
  /** The best that can be reached, where that is the goal. */
  best?: number;
  /** Nothing is measured before something was tried. */
  hasTried: boolean;
  /** Something else has been set since: what was said of it is not shown beside it. */
  isOutdated?: boolean;
}

export function VerdictLine({ judge, scenario, best, hasTried, isOutdated = false }: VerdictLineProps) {
  if (isOutdated || !hasTried) return <p className={styles.result} role="status" />;
  const verdict = verdictOn(scenario, judge, best);
  // What is the least or the most is known once all has been tried.
  const isPending =
    typeof judge.goal === "string" && best === undefined && (verdict.kind === "right" || verdict.kind === "not-yet");
  return (
    <p className={styles.result} role="status">
      <Measured judge={judge} scenario={scenario} />
      {isPending ? (
        <em>Trying the other choices…</em>
      ) : (
        <em data-verdict={verdict.kind}>{sentenceOf(verdict, judge, scenario)}</em>
      )}
    </p>
  );
}

function Measured({ judge, scenario }: Pick<VerdictLineProps, "judge" | "scenario">) {
  const figure = tryFigure(scenario);
  if (typeof figure === "string") return null;
  return [judge, ...(judge.limit ? [judge.limit] : [])].map(({ measure, rank }) => {
    const amount = readMeasure(measure, figure, rank);
    return (
      <span key={measure}>
        {meaningOf(measure)} <b>{formatAmount(amount, clockOf(figure))}</b>
        {amount.unit === "ms" && figure.outOfMemory && " (if it fitted)"}
      </span>
    );
  });
}

function sentenceOf(verdict: Verdict, { goal, mustFit }: Judge, scenario: ScenarioInput): string {
  if (verdict.kind === "refused") return `That cannot be run: ${inPlainWords(verdict.sentence)}.`;
  if (verdict.kind === "too-large") return `That does not fit: a device would hold ${formatBytes(verdict.bytes)}.`;
  if (verdict.kind === "over-limit") return `Not yet: ${excess(verdict, scenario)}.`;
  const isRight = verdict.kind === "right";
  if (typeof goal === "object") return isRight ? "Right: that is good enough." : "Not yet: it can be done better.";
  const than = goal === "least" ? "less" : "more";
  const choice = mustFit ? "choice that fits" : "choice";
  return isRight
    ? `Right: no other ${choice} makes this notably ${than}.`
    : `Not yet: another ${choice} makes it ${than}.`;
}

function excess({ amount, limit }: Extract<Verdict, { kind: "over-limit" }>, scenario: ScenarioInput): string {
  const figure = tryFigure(scenario);
  if (typeof figure === "string") return figure;
  const { unit } = readMeasure(limit.measure, figure, limit.rank);
  const said = (number: number) => formatAmount({ amount: number, unit }, clockOf(figure));
  return `${meaningOf(limit.measure)}: ${said(amount)}, and at most ${said(limit.atMost)} are allowed`;
}
