/** Bubbles, both as they are counted in the trace and as the textbook formula has them; what a pipeline rank holds. */
import { microbatchesPerRank } from "@/engine/scenario";
import { define, deviceOf } from "./value";

export const PIPELINE_VALUES = define({
  bubbleOverTotal: {
    means: "idle time over all device time, counted in the run",
    unit: "share",
    read: ({ figure }) => figure.bubble.idleOverTotal,
  },
  bubbleOverIdeal: {
    means: "idle time over the time that the work itself takes, counted in the run",
    unit: "share",
    read: ({ figure }) => figure.bubble.idleOverIdeal,
  },
  busyShare: {
    means: "share of all device time in which something is computed, counted in the run",
    unit: "share",
    read: ({ figure }) => 1 - figure.bubble.idleOverTotal,
  },
  formulaOverTotal: {
    means: "(p - 1) / (m + p - 1), for p pipeline ranks and m micro-batches",
    unit: "share",
    read: ({ figure: { scenario } }) => (scenario.mesh.pp - 1) / (microbatchesPerRank(scenario) + scenario.mesh.pp - 1),
  },
  formulaOverIdeal: {
    means: "(p - 1) / (v m), for p pipeline ranks with v stages each and m micro-batches",
    unit: "share",
    read: ({ figure: { scenario } }) => {
      const virtual = scenario.schedule.kind === "custom" ? 1 : scenario.schedule.virtual;
      return (scenario.mesh.pp - 1) / (virtual * microbatchesPerRank(scenario));
    },
  },
  busyMs: {
    means: "time in which one device computes",
    unit: "ms",
    read: ({ figure, rank }) => deviceOf(figure, rank).busyMs,
  },
  idleMs: {
    means: "time in which one device computes nothing",
    unit: "ms",
    read: ({ figure, rank }) => deviceOf(figure, rank).idleMs,
  },
  firstStartMs: {
    means: "when one device's first operation starts",
    unit: "ms",
    read: ({ figure, rank }) => deviceOf(figure, rank).firstStartMs,
  },
  lastEndMs: {
    means: "when one device's last operation ends",
    unit: "ms",
    read: ({ figure, rank }) => deviceOf(figure, rank).lastEndMs,
  },
  peakMicrobatches: {
    means: "most micro-batches, of any of its stages, whose activations one device holds at one time",
    unit: "count",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakMicrobatches,
  },
});
