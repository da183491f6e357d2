/** Values that follow from the scenario alone: counted in its Program, or simulated with its costs. */
import { product, sum } from "@/engine/base/range";
import { BYTES_PER_ELEMENT } from "@/engine/base/units";
import { bufferBytes, type RankProgram } from "@/engine/program";
import { PRESETS } from "@/engine/simulate";
import { bubble, exposedCommMs, type Span, spansOf } from "@/engine/trace";
import type { Figure } from "../../stage/state/figure";
import { resolvePlace } from "../place";
import { define, deviceOf, type ProgramQuestion } from "./value";

export const COMMON_VALUES = define({
  numDevices: { means: "devices in use", unit: "count", read: ({ figure }) => figure.devices.length },
  otherDevices: { means: "devices but one", unit: "count", read: ({ figure }) => figure.devices.length - 1 },
  globalBatch: {
    means: "samples of one training step, over all devices",
    unit: "count",
    read: ({ figure }) => figure.scenario.batch.global,
  },
  samplesPerDevice: {
    means: "samples of one training step on one device",
    unit: "count",
    read: ({ figure: { scenario } }) => scenario.batch.global / scenario.mesh.dp,
  },
  parameterCount: {
    means: "parameters of one replica",
    unit: "count",
    read: (question) => parameterBytes(question) / BYTES_PER_ELEMENT,
  },
  parameterBytes: { means: "parameters on one device", unit: "bytes", read: parameterBytes },
  gradientBytes: { means: "gradients on one device", unit: "bytes", read: ({ figure }) => gradientBytes(figure) },
  optimizerBytes: {
    means: "optimizer state on one device",
    unit: "bytes",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakBytes.optimizer,
  },
  activationBytes: {
    means: "activations that one device holds when forward has ended",
    unit: "bytes",
    read: ({ figure: { trace, profiles }, rank }) => {
      const { timeMs } = resolvePlace(trace, { at: "end", of: "forward", rank });
      const { atMs, bytes } = profiles[rank];
      return bytes[atMs.findLastIndex((time) => time <= timeMs)].activations;
    },
  },
  peakBytes: {
    means: "most memory used at one time on one device",
    unit: "bytes",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakBytes.total,
  },
  modelStateBytes: {
    means: "parameters, gradients and optimizer state on one device",
    unit: "bytes",
    read: ({ figure, rank }) => {
      const { parameters, gradients, optimizer } = deviceOf(figure, rank).peakBytes;
      return parameters + gradients + optimizer;
    },
  },
  bucketCount: {
    means: "gradient buckets",
    unit: "count",
    read: ({ figure }) => figure.trace.program.ranks[0].groups.length,
  },
  allReduceCount: {
    means: "all-reduces of one training step",
    unit: "count",
    read: ({ figure, rank }) => deviceOf(figure, rank).collectives.dp["all-reduce"] ?? 0,
  },
  ringSteps: {
    means: "rounds of one ring all-reduce, 2(n - 1)",
    unit: "count",
    read: ({ figure }) => 2 * (figure.scenario.mesh.dp - 1),
  },
  sentBytesPerDevice: {
    means: "bytes that one device sends in a training step",
    unit: "bytes",
    read: ({ figure, rank }) => deviceOf(figure, rank).sentBytes.dp,
  },
  sentOverGradient: {
    means: "bytes that one device sends, over the bytes of its gradients",
    unit: "times",
    read: ({ figure, rank }) => deviceOf(figure, rank).sentBytes.dp / gradientBytes(figure),
  },
  sentBytesTotal: {
    means: "bytes that all devices together send in a training step",
    unit: "bytes",
    read: ({ figure }) => sum(figure.devices.map(({ sentBytes }) => sentBytes.dp)),
  },
  rootBytes: {
    means: "bytes that a single root would receive, and send again: n - 1 gradients",
    unit: "bytes",
    read: ({ figure }) => (figure.scenario.mesh.dp - 1) * gradientBytes(figure),
  },
  stepMs: { means: "time of one training step, simulated", unit: "ms", read: ({ figure }) => figure.trace.stepMs },
  passesMs: {
    means: "time that one device computes forward and backward, simulated",
    unit: "ms",
    read: ({ figure, rank }) => spentMs(figure, rank, ({ instruction }) => instruction.action !== undefined),
  },
  commMs: {
    means: "time that one device spends on messages, simulated",
    unit: "ms",
    read: ({ figure, rank }) => spentMs(figure, rank, ({ instruction }) => instruction.stream === "comm"),
  },
  exposedCommMs: {
    means: "time that one device spends on messages while it computes nothing, simulated",
    unit: "ms",
    read: ({ figure, rank }) => exposedCommMs(figure.trace, rank),
  },
  devicesPerNode: {
    means: "devices in one node of the simulated machine",
    unit: "count",
    read: ({ figure: { scenario, devices } }) =>
      scenario.costs.kind === "hardware" ? PRESETS[scenario.costs.preset].devicesPerNode : devices.length,
  },
  idleShare: {
    means: "share of all device time in which nothing is computed, simulated",
    unit: "share",
    read: ({ figure }) => bubble(figure.trace).idleOverTotal,
  },
});

function spentMs({ trace }: Figure, rank: number, counts: (span: Span) => boolean): number {
  return sum(
    spansOf(trace, rank)
      .filter(counts)
      .map(({ startMs, endMs }) => endMs - startMs),
  );
}

function parameterBytes({ figure, rank }: ProgramQuestion): number {
  const { buffers, resident } = figure.trace.program.ranks[rank] as RankProgram;
  return sum(
    resident.map((id) => buffers[id]).map((buffer) => (buffer.kind === "parameters" ? bufferBytes(buffer) : 0)),
  );
}

/** What the groups hold, end to end: the gradients as they travel. */
export function gradientBytes({ trace }: Figure): number {
  const { buffers } = trace.program.ranks[0] as RankProgram;
  const shapes = new Map(buffers.map(({ name, shape }) => [name, shape]));
  const names = trace.program.ranks[0].groups.flatMap(({ parameters }) => parameters);
  return sum(names.map((name) => product(shapes.get(name) ?? []))) * BYTES_PER_ELEMENT;
}
