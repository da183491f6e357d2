/**
 * Costs of a machine: a roofline for arithmetic, latency and bandwidth for messages.
 *
 * @source Williams et al. 2009, "Roofline: an insightful visual performance model for multicore architectures"
 */
import { product, sum } from "../base/range";
import { BYTES_PER_ELEMENT } from "../base/units";
import {
  bufferBytes,
  type Collective,
  chunkStarts,
  type Instruction,
  type RankProgram,
  ringAllReduce,
} from "../program";
import type { PresetName } from "../scenario/schema";
import type { Costs, NodeFlops } from "./costModel";
import { type Link, PRESETS, type Preset } from "./presets";

export function hardwareCosts(name: PresetName, flops: NodeFlops): Costs {
  const preset = PRESETS[name];
  return {
    durationsMs: (rankProgram) =>
      Float64Array.from(rankProgram.instructions, (instruction) => durationMs(instruction, rankProgram, preset, flops)),
    collectiveMs: (instruction, rankProgram, group) => ringMs(elementsOf(instruction, rankProgram), group, preset),
    messageMs: (bytes, from, to) => messageMs(bytes, linkBetween(from, to, preset)),
    messagesOccupyStreams: true,
  };
}

/** An operation is as slow as the slower of its arithmetic and its memory traffic, after its launch. */
function durationMs(instruction: Instruction, rank: RankProgram, preset: Preset, flops: NodeFlops): number {
  const memoryMs = trafficBytes(instruction, rank) / preset.memoryBandwidthBytesPerMs;
  switch (instruction.op) {
    case "forward":
    case "inputGrad":
    case "weightGrad":
      return preset.launchMs + Math.max(flops(instruction) / preset.peakFlopsPerMs, memoryMs);
    case "sumSquares":
    case "optimize":
    case "load":
      return preset.launchMs + memoryMs;
    // A flat gradient is another view of memory that is there already; the report is a few bytes, read later.
    case "flatten":
    case "report":
    case "allReduce":
    case "send":
    case "recv":
      return 0;
  }
}

/** Bytes that cross the device's memory bus: read once, written once, changed in place both. */
function trafficBytes({ reads, writes, updates }: Instruction, { buffers }: RankProgram): number {
  return sum(
    [...reads, ...writes, ...updates, ...updates].map((id) => bufferBytes(buffers[id] as (typeof buffers)[number])),
  );
}

function elementsOf({ updates }: Collective, { buffers }: RankProgram): number {
  return sum(updates.map((id) => product(buffers[id]?.shape ?? [])));
}

/** A ring step lasts as long as its slowest message: all messages of one step travel at the same time. */
function ringMs(elements: number, group: readonly number[], preset: Preset): number {
  const starts = chunkStarts(elements, group.length);
  const stepMs = new Map<number, number>();
  for (const { step, from, to, chunk } of ringAllReduce(group.length)) {
    const bytes = ((starts[chunk + 1] as number) - (starts[chunk] as number)) * BYTES_PER_ELEMENT;
    const ms = messageMs(bytes, linkBetween(group[from] as number, group[to] as number, preset));
    stepMs.set(step, Math.max(ms, stepMs.get(step) ?? 0));
  }
  return sum(stepMs.values());
}

function messageMs(bytes: number, { latencyMs, bandwidthBytesPerMs }: Link): number {
  return latencyMs + bytes / bandwidthBytesPerMs;
}

/** Ranks fill one node after another. */
function linkBetween(a: number, b: number, { devicesPerNode, insideNode, betweenNodes }: Preset): Link {
  return Math.floor(a / devicesPerNode) === Math.floor(b / devicesPerNode) ? insideNode : betweenNodes;
}
