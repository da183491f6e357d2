/** The stages of a pipeline: what each device holds of the model, what crosses a cut, how long devices wait. */
import { sum } from "@/engine/base/range";
import type { RankProgram } from "@/engine/program";
import type { Figure } from "../../stage/state/figure";
import { define, deviceOf, type ProgramQuestion } from "./value";

/** The layer that a parameter belongs to: `layers.2.weight` and `layers.2.bias` to `layers.2`. */
const LAYER = /^(layers|blocks)\.\d+/;

export const STAGE_VALUES = define({
  deviceLayers: {
    means: "layers whose parameters one device holds",
    unit: "count",
    read: (question) => new Set(parametersOf(question).flatMap(({ name }) => LAYER.exec(name)?.[0] ?? [])).size,
  },
  sentPpAllBytes: {
    means: "bytes that all devices send along pp",
    unit: "bytes",
    read: ({ figure }) => sum(figure.devices.map(({ sentBytes }) => sentBytes.pp)),
  },
  messagesPp: {
    means: "messages that one device sends along pp",
    unit: "count",
    read: (question) => rankOf(question).instructions.filter(({ op }) => op === "send").length,
  },
  heldStages: {
    means:
      "most micro-batches whose activations one device holds at one time, where a stage that is a v-th counts a v-th",
    unit: "count",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakMicrobatches / stagesPerDevice(figure),
  },
  ownSpanMs: {
    means: "time from one device's first operation to its last",
    unit: "ms",
    read: ({ figure, rank }) => ownSpanMs(figure, rank),
  },
  ownIdleMs: {
    means: "time in which one device waits between its first operation and its last",
    unit: "ms",
    read: ({ figure, rank }) => ownSpanMs(figure, rank) - deviceOf(figure, rank).busyMs,
  },
  // Qi et al. 2024, arXiv:2401.10241, section 5.3: the cost of a schedule is the longest time from start to end of a stage.
  spanBubble: {
    means: "share in which a device waits between its first operation and its last, where that takes longest",
    unit: "number",
    read: ({ figure }) => {
      const spans = figure.devices.map(({ rank, busyMs }) => ({ spanMs: ownSpanMs(figure, rank), busyMs }));
      const longest = spans.reduce((most, one) => (one.spanMs > most.spanMs ? one : most));
      return 1 - longest.busyMs / longest.spanMs;
    },
  },
});

function ownSpanMs(figure: Figure, rank: number): number {
  const { firstStartMs, lastEndMs } = deviceOf(figure, rank);
  return lastEndMs - firstStartMs;
}

function stagesPerDevice({ scenario: { schedule } }: Figure): number {
  return schedule.kind === "custom" ? 1 : schedule.virtual;
}

function parametersOf(question: ProgramQuestion): RankProgram["buffers"][number][] {
  const { buffers, resident } = rankOf(question);
  return resident.map((id) => buffers[id]).filter(({ kind }) => kind === "parameters");
}

const rankOf = ({ figure, rank }: ProgramQuestion) => figure.trace.program.ranks[rank] as RankProgram;
