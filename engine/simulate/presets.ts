/**
 * Machines to simulate. Peak rates are the makers'; what no data sheet says (latencies, launch overhead) is a round
 * figure of ours, in the usual order of magnitude.
 *
 * Everything trains in float32, so matrix products count at the rate that a device reaches for float32 tensors:
 * TF32 tensor cores (dense, without sparsity) where there are any.
 */
import type { PresetName } from "../scenario/schema";

export interface Link {
  /** Time before the first byte arrives. */
  latencyMs: number;
  /** One direction. */
  bandwidthBytesPerMs: number;
}

export interface Preset {
  title: string;
  peakFlopsPerMs: number;
  memoryBandwidthBytesPerMs: number;
  memoryCapacityBytes: number;
  /** What starting an operation costs, however small it is. */
  launchMs: number;
  devicesPerNode: number;
  insideNode: Link;
  betweenNodes: Link;
}

const GB_PER_S = 1e9 / 1e3;
const TFLOP_PER_S = 1e12 / 1e3;

export const PRESETS: Record<PresetName, Preset> = {
  /**
   * @source NVIDIA V100 data sheet (SXM2 32 GB): 15.7 TFLOP/s float32, 900 GB/s, NVLink 300 GB/s both ways.
   * NVIDIA DGX-1 data sheet: 8 GPUs and four 100 Gb/s InfiniBand ports a node, so 6.25 GB/s a GPU.
   */
  v100: {
    title: "V100",
    peakFlopsPerMs: 15.7 * TFLOP_PER_S,
    memoryBandwidthBytesPerMs: 900 * GB_PER_S,
    memoryCapacityBytes: 32e9,
    launchMs: 0.005,
    devicesPerNode: 8,
    insideNode: { latencyMs: 0.003, bandwidthBytesPerMs: 150 * GB_PER_S },
    betweenNodes: { latencyMs: 0.01, bandwidthBytesPerMs: 6.25 * GB_PER_S },
  },
  /**
   * @source NVIDIA A100 data sheet (SXM 80 GB): 156 TFLOP/s TF32, 2039 GB/s, NVLink 600 GB/s both ways.
   * NVIDIA DGX A100 data sheet: 8 GPUs and eight 200 Gb/s InfiniBand ports a node, so 25 GB/s a GPU.
   */
  "a100-80": {
    title: "A100 80 GB",
    peakFlopsPerMs: 156 * TFLOP_PER_S,
    memoryBandwidthBytesPerMs: 2039 * GB_PER_S,
    memoryCapacityBytes: 80e9,
    launchMs: 0.005,
    devicesPerNode: 8,
    insideNode: { latencyMs: 0.003, bandwidthBytesPerMs: 300 * GB_PER_S },
    betweenNodes: { latencyMs: 0.01, bandwidthBytesPerMs: 25 * GB_PER_S },
  },
  /**
   * @source NVIDIA H100 data sheet (SXM): 989 TFLOP/s TF32 with sparsity, so 494.5 dense; 3350 GB/s; NVLink 900 GB/s
   * both ways. NVIDIA DGX H100 data sheet: 8 GPUs and eight 400 Gb/s InfiniBand ports a node, so 50 GB/s a GPU.
   */
  "h100-sxm": {
    title: "H100 SXM",
    peakFlopsPerMs: 494.5 * TFLOP_PER_S,
    memoryBandwidthBytesPerMs: 3350 * GB_PER_S,
    memoryCapacityBytes: 80e9,
    launchMs: 0.005,
    devicesPerNode: 8,
    insideNode: { latencyMs: 0.003, bandwidthBytesPerMs: 450 * GB_PER_S },
    betweenNodes: { latencyMs: 0.01, bandwidthBytesPerMs: 50 * GB_PER_S },
  },
  /**
   * An imaginary machine, slow enough that a toy model's arithmetic, memory traffic and messages all take a visible
   * share of the step.
   */
  classroom: {
    title: "classroom",
    peakFlopsPerMs: 1e6,
    memoryBandwidthBytesPerMs: 5e5,
    memoryCapacityBytes: 8e6,
    launchMs: 0.01,
    devicesPerNode: 4,
    insideNode: { latencyMs: 0.05, bandwidthBytesPerMs: 2e4 },
    betweenNodes: { latencyMs: 0.2, bandwidthBytesPerMs: 5e3 },
  },
};
