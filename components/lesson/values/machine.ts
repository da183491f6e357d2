/**
 * What a simulated machine is capable of, and where its time goes: how much of what a device computes is limited by
 * starting operations, by arithmetic, and by the memory they read and write. The three add up to its busy time.
 */
import { sum } from "@/engine/base/range";
import { describeModel, parameterCount } from "@/engine/model/model";
import { type Buffer, bufferBytes, isNodePass } from "@/engine/program";
import { PRESETS, type Preset } from "@/engine/simulate";
import { type Span, spansOf } from "@/engine/trace";
import type { Figure } from "../../stage/state/figure";
import { define, type ProgramQuestion } from "./value";

const SECOND_MS = 1000;

export const MACHINE_VALUES = define({
  peakFlops: {
    means: "arithmetic that one device of the machine can do in a second",
    unit: "flops/s",
    read: ({ figure }) => machineOf(figure).peakFlopsPerMs * SECOND_MS,
  },
  memoryBandwidth: {
    means: "bytes that one device can read from or write to its memory in a second",
    unit: "bytes/s",
    read: ({ figure }) => machineOf(figure).memoryBandwidthBytesPerMs * SECOND_MS,
  },
  machineBalance: {
    means: "FLOPs that the device can do in the time in which its memory moves one byte",
    unit: "times",
    read: ({ figure }) => machineOf(figure).peakFlopsPerMs / machineOf(figure).memoryBandwidthBytesPerMs,
  },
  launchMs: {
    means: "time to start an operation, however small it is",
    unit: "duration",
    read: ({ figure }) => machineOf(figure).launchMs,
  },
  insideLatencyMs: {
    means: "latency of a link inside a node",
    unit: "duration",
    read: ({ figure }) => machineOf(figure).insideNode.latencyMs,
  },
  insideBandwidth: {
    means: "bandwidth of a link inside a node, in one direction",
    unit: "bytes/s",
    read: ({ figure }) => machineOf(figure).insideNode.bandwidthBytesPerMs * SECOND_MS,
  },
  betweenLatencyMs: {
    means: "latency of a link between nodes",
    unit: "duration",
    read: ({ figure }) => machineOf(figure).betweenNodes.latencyMs,
  },
  betweenBandwidth: {
    means: "bandwidth of a link between nodes, for each device and in one direction",
    unit: "bytes/s",
    read: ({ figure }) => machineOf(figure).betweenNodes.bandwidthBytesPerMs * SECOND_MS,
  },

  operations: {
    means: "operations that one device starts in a training step",
    unit: "count",
    read: ({ figure, rank }) => computed(figure, rank).length,
  },
  launchShare: {
    means: "share of a device's busy time that goes into starting operations",
    unit: "share",
    read: (question) => shareOf(question, ({ launchMs }) => launchMs),
  },
  arithmeticShare: {
    means: "share of a device's busy time in operations that wait for arithmetic",
    unit: "share",
    read: (question) => shareOf(question, ({ restMs, isArithmetic }) => (isArithmetic ? restMs : 0)),
  },
  trafficShare: {
    means: "share of a device's busy time in operations that wait for memory",
    unit: "share",
    read: (question) => shareOf(question, ({ restMs, isArithmetic }) => (isArithmetic ? 0 : restMs)),
  },
  stepFlops: {
    means: "arithmetic of all devices in a training step",
    unit: "flops",
    read: ({ figure }) => flopsOfStep(figure),
  },
  utilisation: {
    means: "arithmetic done, over what the devices could have done in the time of the step",
    unit: "share",
    read: ({ figure }) => flopsOfStep(figure) / possibleFlops(figure),
  },

  flopsEach: {
    means: "arithmetic of a training step, for each parameter of the model and each token",
    unit: "times",
    read: ({ figure }) => flopsOfStep(figure) / parameterTokens(figure),
  },
  modelUtilisation: {
    means: "six FLOPs for each parameter and token, over what the devices could have done in the time of the step: MFU",
    unit: "share",
    read: ({ figure }) => (6 * parameterTokens(figure)) / possibleFlops(figure),
  },

  productMs: { means: "forward of an inner layer's matrix product", unit: "duration", read: (q) => inner(q).ms },
  productFlops: { means: "arithmetic of that product", unit: "flops", read: (q) => inner(q).flops },
  productArithmeticMs: {
    means: "time of that arithmetic alone",
    unit: "duration",
    read: (q) => inner(q).flops / machineOf(q.figure).peakFlopsPerMs,
  },
  productBytes: { means: "bytes that the product reads and writes", unit: "bytes", read: (q) => inner(q).bytes },
  productTrafficMs: {
    means: "time in which the device's memory moves those bytes",
    unit: "duration",
    read: (q) => inner(q).bytes / machineOf(q.figure).memoryBandwidthBytesPerMs,
  },
  productIntensity: {
    means: "FLOPs of the product for each byte that it reads or writes",
    unit: "times",
    read: (q) => inner(q).flops / inner(q).bytes,
  },
  activationMs: {
    means: "forward of the activation function after it",
    unit: "duration",
    read: (q) => inner(q, true).ms,
  },
  activationFlops: {
    means: "arithmetic of that activation function",
    unit: "flops",
    read: (q) => inner(q, true).flops,
  },
  activationTraffic: {
    means: "bytes that the activation function reads and writes",
    unit: "bytes",
    read: (q) => inner(q, true).bytes,
  },
  activationIntensity: {
    means: "FLOPs of the activation function for each byte that it reads or writes",
    unit: "times",
    read: (q) => inner(q, true).flops / inner(q, true).bytes,
  },

  messageBytes: {
    means: "bytes of the first message that one device sends to the next",
    unit: "bytes",
    read: ({ figure, rank }) => bytesOf(figure, rank, firstSend(figure, rank).instruction.reads),
  },
  messageMs: {
    means: "time of the first message that one device sends to the next",
    unit: "duration",
    read: ({ figure, rank }) => {
      const { startMs, endMs } = firstSend(figure, rank);
      return endMs - startMs;
    },
  },
});

function machineOf({ scenario: { costs } }: Figure): Preset {
  if (costs.kind !== "hardware") throw new Error("only the costs of a machine say what it is capable of");
  return PRESETS[costs.preset];
}

/** An operation's time: to start it, and then as long as the slower of its arithmetic and its memory traffic takes. */
interface Computed {
  launchMs: number;
  restMs: number;
  flops: number;
  /** Which of the two was slower. */
  isArithmetic: boolean;
}

function computed(figure: Figure, rank: number): Computed[] {
  const { launchMs, peakFlopsPerMs } = machineOf(figure);
  return spansOf(figure.trace, rank, "compute")
    .filter(({ startMs, endMs }) => endMs > startMs)
    .map((span) => {
      const restMs = span.endMs - span.startMs - launchMs;
      const flops = flopsOf(figure, span);
      return { launchMs, restMs, flops, isArithmetic: flops > 0 && restMs <= (flops / peakFlopsPerMs) * (1 + 1e-9) };
    });
}

const flopsOf = ({ flops }: Figure, { instruction }: Span): number =>
  isNodePass(instruction) ? flops(instruction) : 0;

function flopsOfStep(figure: Figure): number {
  return sum(figure.devices.flatMap((_, rank) => computed(figure, rank).map(({ flops }) => flops)));
}

/** What the devices could have done in the time of the step. */
const possibleFlops = (figure: Figure): number =>
  machineOf(figure).peakFlopsPerMs * figure.trace.stepMs * figure.devices.length;

/** Parameters of the whole model times tokens of a step; a sample of an MLP counts as one. */
function parameterTokens({ scenario: { model, batch } }: Figure): number {
  const tokens = batch.global * (model.kind === "gpt" ? model.seq : 1);
  return parameterCount(describeModel(model)) * tokens;
}

function shareOf({ figure, rank }: ProgramQuestion, partMs: (operation: Computed) => number): number {
  const operations = computed(figure, rank);
  return sum(operations.map(partMs)) / sum(operations.map(({ launchMs, restMs }) => launchMs + restMs));
}

/** Forward of an MLP's second layer, one of those in the middle: its product, or the activation function after it. */
function inner({ figure, rank }: ProgramQuestion, isActivation = false) {
  const { model } = figure.scenario;
  if (model.kind !== "mlp" || model.layers < 3) throw new Error("only an MLP of three layers has an inner one");
  const on = isActivation ? `layers.1.${model.activation}` : "layers.1";
  const span = spansOf(figure.trace, rank).find(({ instruction: { op, on: of } }) => op === "forward" && of === on);
  if (!span) throw new Error(`rank ${rank} has no forward of ${on}`);
  const { reads, writes } = span.instruction;
  return {
    ms: span.endMs - span.startMs,
    flops: flopsOf(figure, span),
    bytes: bytesOf(figure, rank, [...reads, ...writes]),
  };
}

function bytesOf({ trace }: Figure, rank: number, ids: readonly number[]): number {
  const { buffers } = trace.program.ranks[rank];
  return sum(ids.map((id) => bufferBytes(buffers[id] as Buffer)));
}

function firstSend({ trace }: Figure, rank: number): Span {
  const span = spansOf(trace, rank, "comm").find(({ instruction }) => instruction.op === "send");
  if (!span) throw new Error(`rank ${rank} sends no message`);
  return span;
}
