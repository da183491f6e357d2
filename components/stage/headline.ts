/** What a figure finds, in one line computed from the run, and what was run, in another. */
import { counted, formatDifference, formatPercent, type TimeFormat } from "@/components/marks/format";
import { outOfMemorySentence } from "@/components/memory/outOfMemory";
import { sum } from "@/engine/base/range";
import { formatBytes } from "@/engine/base/units";
import { microbatchesPerRank, type Scenario } from "@/engine/scenario";
import { PRESETS } from "@/engine/simulate";
import { exposedCommMs, spansOf, type Trace } from "@/engine/trace";
import type { StepReport } from "@/engine/worker/protocol";
import { peakBytes } from "./differences";
import { panelFinding } from "./panelFinding";
import { capacityOf, type Figure } from "./state/figure";
import { USUAL_VIEWS, type View } from "./views";

/** @param views what stands on the stage: without a timeline its first view is what the finding is about */
export function findingOf(
  figure: Figure,
  views: readonly View[] = USUAL_VIEWS,
  steps: readonly StepReport[] = [],
): string {
  if (figure.trace.stepMs === 0) return "Nothing here takes any time, so there is nothing to draw";
  const about = views.includes("timeline") ? null : panelFinding(views[0], figure, steps);
  // What does not fit would not run, so that comes before anything else.
  return outOfMemorySentence(figure) ?? about ?? timeFinding(figure);
}

function timeFinding({ trace, devices, scenario, bubble }: Figure): string {
  const who = counted(devices.length, "device");
  if (devices.length === 1) {
    const { forwardMs, backwardMs } = workOf(trace);
    const times = forwardMs > 0 ? Number((backwardMs / forwardMs).toFixed(1)) : 0;
    return `One device does it all: backward takes ${times} times as long as forward`;
  }
  const { pp, tp } = scenario.mesh;
  const { totalMs, hiddenMs, exposedMs } = commOf(trace);
  if (pp > 1) {
    const share = formatPercent(bubble.idleOverTotal);
    // Where messages take time, not all idle time is the pipeline's.
    const finding = totalMs > 0 ? `messages and the bubble leave ${share}` : `the bubble takes ${share}`;
    return `${SCHEDULE_NAMES[scenario.schedule.kind]} on ${who}: ${finding} of the device time${totalMs > 0 ? " idle" : ""}`;
  }
  if (tp > 1 && totalMs > 0) {
    return `${who}, tensors cut in ${tp}: each waits ${formatPercent(exposedMs / devices.length / trace.stepMs)} of the step for messages`;
  }
  if (totalMs === 0) return `${who}, one model: all compute all the time, because here messages take none`;
  // Where parameters or gradients are shared out, there is more than all-reduces to wait for.
  const messages = scenario.zero === 0 ? "the all-reduce" : "the messages";
  if (!scenario.gradientSync.overlap) {
    return `${who}, one model: each waits ${formatPercent(totalMs / devices.length / trace.stepMs)} of the step for ${messages}`;
  }
  const work = scenario.zero === 0 ? "backward" : "computing";
  const verb = scenario.zero === 0 ? "is" : "are";
  return `${who}, one model: ${formatPercent(hiddenMs / totalMs)} of ${messages} ${verb} hidden behind ${work}`;
}

/** As the field writes them. */
const SCHEDULE_NAMES: Record<Scenario["schedule"]["kind"], string> = {
  naive: "One micro-batch at a time",
  gpipe: "GPipe",
  "1f1b": "1F1B",
  "looped-bfs": "Looped BFS",
  interleaved: "Interleaved 1F1B",
  "zb-h1": "ZB-H1",
  "zb-h2": "ZB-H2",
  zb1p: "ZB1P",
  zbv: "ZB-V",
  dualpipev: "DualPipeV",
  custom: "A schedule by hand",
};

/** Over all devices: how long messages take, and how much of that passes while something is computed. */
export function commOf(trace: Trace): { totalMs: number; hiddenMs: number; exposedMs: number } {
  const ranks = trace.program.ranks.map((_, rank) => rank);
  const totalMs = sum(
    ranks.flatMap((rank) => spansOf(trace, rank, "comm").map(({ startMs, endMs }) => endMs - startMs)),
  );
  const exposedMs = sum(ranks.map((rank) => exposedCommMs(trace, rank)));
  return { totalMs, exposedMs, hiddenMs: Math.max(0, totalMs - exposedMs) };
}

function workOf(trace: Trace): { forwardMs: number; backwardMs: number } {
  const spans = spansOf(trace, 0, "compute").filter(({ instruction }) => instruction.action);
  const of = (isForward: boolean) =>
    sum(
      spans.map(({ instruction, startMs, endMs }) =>
        (instruction.action?.kind === "F") === isForward ? endMs - startMs : 0,
      ),
    );
  return { forwardMs: of(true), backwardMs: of(false) };
}

/** The model, the batch and the clock; once it trains, how far it is from one device. */
export function settingOf(scenario: Scenario, steps: readonly StepReport[]): string {
  return [modelName(scenario), batchesName(scenario), costsName(scenario), parityOf(scenario, steps)]
    .filter(Boolean)
    .join("; ");
}

/** What is trained, and in which pieces. */
export const modelAndBatches = (scenario: Scenario): string => `${modelName(scenario)}, ${batchesName(scenario)}`;

function batchesName(scenario: Scenario): string {
  const { batch, mesh } = scenario;
  const perDevice = mesh.dp > 1 ? (mesh.pp * mesh.tp > 1 ? " a replica" : " a device") : "";
  return `${counted(microbatchesPerRank(scenario), "micro-batch").replace("batchs", "batches")} of ${batch.micro}${perDevice}`;
}

function modelName({ model }: Scenario): string {
  if (model.kind === "gpt")
    return `GPT of ${counted(model.layers, "layer")}, ${model.hidden} wide, ${counted(model.heads, "head")}`;
  const { inputs, hidden, layers, classes } = model;
  const middle =
    layers < 2
      ? ""
      : layers < 4
        ? Array(layers - 1)
            .fill(` → ${hidden}`)
            .join("")
        : ` → ${layers - 1} × ${hidden}`;
  return `MLP ${inputs}${middle} → ${classes}`;
}

function costsName({ costs, schedule }: Scenario): string {
  if (costs.kind === "hardware")
    return costs.preset === "classroom" ? "classroom machine" : PRESETS[costs.preset].title;
  if (costs.kind === "unit") {
    // However many stages the layers are cut into: beside a device with one stage, one with two looks twice as slow.
    const each =
      schedule.kind !== "custom" && schedule.virtual > 1 ? "each stage's forward takes a time unit, and " : "";
    return `${each}a backward takes two forwards`;
  }
  return `forward ${costs.forward}, backward ${costs.inputGrad + costs.weightGrad}`;
}

function parityOf({ mesh }: Scenario, steps: readonly StepReport[]): string {
  if (steps.length === 0 || mesh.dp * mesh.pp * mesh.tp === 1) return "";
  const difference = steps.reduce((most, { lossDifference }) => Math.max(most, lossDifference), 0);
  if (!Number.isFinite(difference)) return "the loss has left the numbers: a smaller learning rate would help";
  return difference === 0
    ? "loss equals one device's in every step so far"
    : `loss differs from one device by at most ${formatDifference(difference)} so far`;
}

/** On a machine with a memory of some size: whether it fits. */
function peakReadout({ scenario, outOfMemory }: Figure, peakBytes: number): Readout {
  if (!outOfMemory) return { name: "peak memory", value: formatBytes(peakBytes) };
  const capacity = formatBytes(capacityOf(scenario) as number);
  return { name: "peak memory, does not fit", value: `${formatBytes(peakBytes)} of ${capacity}` };
}

export interface Readout {
  name: string;
  value: string;
}

/**
 * The numbers of a run, with their units.
 *
 * @param trains whether the stage can train: else there is no loss to wait for
 */
export function readoutsOf(figure: Figure, steps: readonly StepReport[], time: TimeFormat, trains = true): Readout[] {
  const { trace, bubble, devices } = figure;
  const { totalMs, exposedMs } = commOf(trace);
  const peak = peakBytes(figure);
  const loss = steps.at(-1)?.loss;
  const bubbles = [
    { name: "bubble, of total", value: formatPercent(bubble.idleOverTotal) },
    { name: "bubble, over ideal", value: formatPercent(bubble.idleOverIdeal) },
    ...(totalMs > 0 ? [{ name: "exposed messages, mean", value: time.text(exposedMs / devices.length) }] : []),
  ];
  // A step that never ends has no time of its own.
  const doesFit = figure.outOfMemory === null;
  return [
    { name: doesFit ? "step time" : "step time, if it fitted", value: time.text(trace.stepMs) },
    ...(doesFit ? bubbles : []),
    peakReadout(figure, peak),
    ...(trains || loss !== undefined
      ? [{ name: "loss", value: loss === undefined ? "not yet" : loss.toFixed(4) }]
      : []),
  ];
}
