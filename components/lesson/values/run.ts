/** Values read from a training run. They speak of its first step, except for differences, which look at all of them. */
import { range, sum } from "@/engine/base/range";
import type { Observation } from "@/engine/execute";
import type { StepReport } from "@/engine/worker/protocol";
import type { Figure } from "../../stage/state/figure";
import type { Unit } from "./value";

export interface RunQuestion {
  figure: Figure;
  /** Of the steps trained so far; at least one. */
  reports: readonly StepReport[];
  rank: number;
}

export interface RunValue {
  means: string;
  unit: Unit;
  /** Null when the run did not look at what is asked. */
  read(question: RunQuestion): number | null;
}

/** Keeps the names, as `define` does for program values. */
export const defineRun = <Name extends string>(values: Record<Name, RunValue>) => values;

export const COMMON_RUN_VALUES = defineRun({
  loss: { means: "loss of the first step", unit: "number", read: ({ reports }) => reports[0].loss },
  oneDeviceLoss: {
    means: "loss of the first step, trained on one device",
    unit: "number",
    read: ({ reports }) => reports[0].referenceLoss,
  },
  lastLoss: {
    means: "loss of the last step trained here",
    unit: "number",
    read: (question) => whenDone(question, question.reports.at(-1)?.loss ?? null),
  },
  lossDifference: {
    means: "largest difference of the loss from one device, over all steps trained here",
    unit: "difference",
    read: (question) => whenDone(question, Math.max(...question.reports.map(({ lossDifference }) => lossDifference))),
  },
  parameterDifference: {
    means: "largest difference of any parameter from one device, on any device, where last measured",
    unit: "difference",
    read: (question) =>
      whenDone(
        question,
        question.reports.findLast((report) => report.parameterDifference !== null)?.parameterDifference ?? null,
      ),
  },
  replicaDifference: {
    means: "largest difference between replicas in the norm and the first elements of any parameter, all steps",
    unit: "difference",
    read: (question) =>
      whenDone(question, largest(question.reports.map((report) => replicaDifference(question.figure, report)))),
  },
  localGradNorm: {
    means: "norm of one device's gradient before averaging, first step",
    unit: "number",
    read: ({ figure, reports, rank }) => normOf(figure, reports[0], "flatten", rank),
  },
  meanLocalGradNorm: {
    means: "mean over the devices of the norms of their gradients before averaging, first step",
    unit: "number",
    read: meanLocalNorm,
  },
  averagedGradNorm: {
    means: "norm of one device's gradient after averaging, first step",
    unit: "number",
    read: ({ figure, reports, rank }) => normOf(figure, reports[0], "allReduce", rank),
  },
  localGradient: {
    means: "first element of one device's gradient before averaging, first step",
    unit: "number",
    read: ({ figure, reports, rank }) => bucketsOf(figure, reports[0], "flatten", rank)?.[0]?.first[0] ?? null,
  },
  averagedGradient: {
    means: "the same element after averaging, first step",
    unit: "number",
    read: ({ figure, reports, rank }) => bucketsOf(figure, reports[0], "allReduce", rank)?.[0]?.first[0] ?? null,
  },
});

/** What speaks of all steps is told when they are done. */
function whenDone({ figure, reports }: RunQuestion, value: number | null): number | null {
  return reports.length < figure.scenario.steps ? null : value;
}

/** What was seen of each bucket on one device, in the order of the buckets; null unless all were looked at. */
function bucketsOf(
  { trace }: Figure,
  { observations }: StepReport,
  op: Observation["op"],
  rank: number,
): Observation[] | null {
  const seen = trace.program.ranks[0].groups.map(({ name }) =>
    observations.find((o) => o.op === op && o.on === name && o.phase === "end" && o.rank === rank),
  );
  return seen.every((observation) => observation !== undefined) ? seen : null;
}

/** The norm of all buckets together. */
function normOf(figure: Figure, report: StepReport, op: Observation["op"], rank: number): number | null {
  const buckets = bucketsOf(figure, report, op, rank);
  return buckets && Math.sqrt(sum(buckets.map(({ l2 }) => l2 * l2)));
}

function meanLocalNorm({ figure, reports }: RunQuestion): number | null {
  const norms = range(figure.devices.length).map((rank) => normOf(figure, reports[0], "flatten", rank));
  return norms.every((norm) => norm !== null) ? sum(norms) / norms.length : null;
}

/** After a step, each device's parameters against the first device's. */
function replicaDifference({ devices }: Figure, { observations }: StepReport): number | null {
  const seen = observations.filter(({ op }) => op === "optimize");
  const first = new Map(seen.filter(({ rank }) => rank === 0).map((o) => [o.buffer, o]));
  const parameters = new Set(seen.map(({ buffer }) => buffer));
  if (parameters.size === 0 || seen.length !== parameters.size * devices.length) return null;
  const differences = seen.map(({ buffer, l2, first: elements }) => {
    const other = first.get(buffer) as Observation;
    return Math.max(Math.abs(l2 - other.l2), ...elements.map((value, i) => Math.abs(value - other.first[i])));
  });
  return Math.max(...differences);
}

function largest(values: readonly (number | null)[]): number | null {
  return values.every((value) => value !== null) ? Math.max(...values) : null;
}
