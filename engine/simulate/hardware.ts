/**
 * Costs of a machine: a roofline for arithmetic, latency and bandwidth for messages.
 *
 * @source Williams et al. 2009, "Roofline: an insightful visual performance model for multicore architectures"
 */
import { BYTES_PER_ELEMENT } from "../base/units";
import { type BufferId, bufferBytes, type Instruction, ringElements, ringSteps } from "../program";
import type { PresetName } from "../scenario/schema";
import type { Costs, NodeFlops } from "./costModel";
import { type Link, PRESETS, type Preset } from "./presets";

export function hardwareCosts(name: PresetName, flops: NodeFlops): Costs {
  const preset = PRESETS[name];
  return {
    durationsMs({ instructions, buffers }) {
      const bytesOf = Float64Array.from(buffers, bufferBytes);
      const isParameters = (id: BufferId) => buffers[id].kind === "parameters";
      return Float64Array.from(instructions, (instruction) =>
        durationMs(readingOwnPart(instruction, isParameters), bytesOf, preset, flops),
      );
    },
    collectiveMs: (instruction, { buffers }, group) => {
      const elements = ringElements(instruction, buffers, group.length);
      return ringMs(elements, ringSteps(instruction, group.length), group, preset);
    },
    messageMs: (bytes, from, to) => messageMs(bytes, linkBetween(from, to, preset)),
    messagesOccupyStreams: true,
  };
}

/** An operation is as slow as the slower of its arithmetic and its memory traffic, after its launch. */
function durationMs(instruction: Instruction, bytesOf: Float64Array, preset: Preset, flops: NodeFlops): number {
  const memoryMs = trafficBytes(instruction, bytesOf) / preset.memoryBandwidthBytesPerMs;
  switch (instruction.op) {
    case "forward":
    case "recompute":
    case "inputGrad":
    case "weightGrad":
      return preset.launchMs + Math.max(flops(instruction) / preset.peakFlopsPerMs, memoryMs);
    case "sumSquares":
    case "optimize":
    case "load":
      return preset.launchMs + memoryMs;
    // A flat gradient is another view of memory that is there already; the report is a few bytes, read later; messages
    // and collectives take what their links take.
    default:
      return 0;
  }
}

/** With ZeRO-1 and 2 an optimizer that finds its own part of the new parameters has read that part of the old ones. */
function readingOwnPart(instruction: Instruction, isParameters: (id: BufferId) => boolean): Instruction {
  if (instruction.op !== "optimize" || instruction.writes.length === 0) return instruction;
  const others = instruction.reads.filter((id) => !isParameters(id));
  return { ...instruction, reads: [...others, ...instruction.writes] };
}

/** Bytes that cross the device's memory bus: read once, written once, changed in place both. */
function trafficBytes({ reads, writes, updates }: Instruction, bytesOf: Float64Array): number {
  let bytes = 0;
  for (const id of reads) bytes += bytesOf[id] as number;
  for (const id of writes) bytes += bytesOf[id] as number;
  for (const id of updates) bytes += 2 * (bytesOf[id] as number);
  return bytes;
}

/**
 * All messages of a ring step travel at the same time, and every link has one in every step: so each step lasts
 * as long as the largest chunk takes over the slowest link.
 */
function ringMs(elements: number, steps: number, group: readonly number[], preset: Preset): number {
  const size = group.length;
  const chunkBytes = Math.ceil(elements / size) * BYTES_PER_ELEMENT;
  const times = group.map((rank, i) =>
    messageMs(chunkBytes, linkBetween(rank, group[(i + 1) % size] as number, preset)),
  );
  return steps > 0 ? steps * times.reduce((a, b) => Math.max(a, b)) : 0;
}

function messageMs(bytes: number, { latencyMs, bandwidthBytesPerMs }: Link): number {
  return latencyMs + bytes / bandwidthBytesPerMs;
}

/** Ranks fill one node after another. */
function linkBetween(a: number, b: number, { devicesPerNode, insideNode, betweenNodes }: Preset): Link {
  return Math.floor(a / devicesPerNode) === Math.floor(b / devicesPerNode) ? insideNode : betweenNodes;
}
