/** All that can be said of a scenario without tensors: what the stage draws before, and while, anything trains. */
import {
  account,
  type DeviceReport,
  deviceReports,
  type MemoryProfile,
  type OutOfMemory,
  outOfMemory,
} from "@/engine/account";
import { Refusal } from "@/engine/base/assert";
import { meshSize } from "@/engine/mesh/mesh";
import { describeModel } from "@/engine/model/model";
import { describeRankModel } from "@/engine/model/tensorParallel";
import { buildProgram } from "@/engine/passes";
import { formatAction } from "@/engine/program";
import { microbatchesPerRank, type Scenario } from "@/engine/scenario";
import { costsOf, type NodeFlops, nodeFlops, PRESETS, simulate } from "@/engine/simulate";
import { type Bubble, bubble, eventsOf, type Trace, type TraceEvent } from "@/engine/trace";

export interface Figure {
  scenario: Scenario;
  trace: Trace;
  /** The cursor walks this list. */
  events: readonly TraceEvent[];
  profiles: readonly MemoryProfile[];
  devices: readonly DeviceReport[];
  bubble: Bubble;
  /** The first moment at which a device holds more than the machine has room for; null when everything fits. */
  outOfMemory: OutOfMemory | null;
  /** FLOPs of a pass through a node, on one micro-batch. */
  flops: NodeFlops;
  /** The distinct times at which an operation starts or ends, ascending; the first is 0. */
  moments: readonly number[];
  /** Those at which a device turns from one action to another: a micro-batch's forward or backward, a message. */
  actionMoments: readonly number[];
}

/** What a device has room for; null where the costs are of no machine. */
export function capacityOf({ costs }: Scenario): number | null {
  return costs.kind === "hardware" ? PRESETS[costs.preset].memoryCapacityBytes : null;
}

/** Beyond this many instructions a page would stand still before it had drawn them. */
const MOST_INSTRUCTIONS = 200_000;

/** @throws Refusal when the schedule cannot run the scenario, or there is too much of it to draw */
export function buildFigure(scenario: Scenario): Figure {
  checkSize(scenario);
  const model = describeRankModel(scenario);
  const trace = simulate(buildProgram(scenario, model), costsOf(scenario, model));
  const events = eventsOf(trace);
  const profiles = account(trace, events);
  return {
    scenario,
    trace,
    events,
    profiles,
    devices: deviceReports(trace, profiles),
    bubble: bubble(trace),
    outOfMemory: outOfMemory(profiles, capacityOf(scenario) ?? Number.POSITIVE_INFINITY),
    flops: nodeFlops(scenario, model),
    moments: distinct(events.map(({ atMs }) => atMs)),
    actionMoments: distinct(actionBorders(trace)),
  };
}

/** Ascending, from 0 on. */
function distinct(timesMs: readonly number[]): number[] {
  const sorted = Float64Array.from([0, ...timesMs]).sort();
  return [...sorted].filter((timeMs, i) => i === 0 || timeMs > (sorted[i - 1] as number));
}

/** Times at which what a rank computes begins to belong to another action, and the ends of its last one. */
function actionBorders({ program, startMs, endMs }: Trace): number[] {
  return program.ranks.flatMap(({ instructions }, rank) => {
    const times: number[] = [];
    let current: unknown = null;
    let lastEndMs = 0;
    instructions.forEach(({ action, op, stream }, index) => {
      const [from, to] = [startMs[rank]?.[index] as number, endMs[rank]?.[index] as number];
      if (stream !== "compute" || to === from) return;
      const name = action ? formatAction(action) : op;
      if (name !== current) times.push(from, lastEndMs);
      current = name;
      lastEndMs = to;
    });
    return [...times, lastEndMs];
  });
}

function checkSize(scenario: Scenario): void {
  const { mesh, model } = scenario;
  const numNodes = describeModel(model).units.reduce((total, { nodes }) => total + nodes.length, 0);
  const numMicrobatches = microbatchesPerRank(scenario);
  // A node is passed forward, and back for its input and its weights; each stage has its own nodes.
  const numInstructions = Math.round((3 * numNodes * numMicrobatches * meshSize(mesh)) / mesh.pp);
  if (numInstructions <= MOST_INSTRUCTIONS) return;
  throw new Refusal(
    `${numMicrobatches} micro-batches on ${meshSize(mesh)} devices are some ${numInstructions} operations, too many to ` +
      `draw: use fewer micro-batches, devices or layers`,
    ["batch", "micro"],
  );
}

/** The last moment that is not after a time. */
export function momentAt({ moments }: Pick<Figure, "moments">, timeMs: number): number {
  return lastNotAfter(moments, timeMs);
}

/** Where a step on leads from a time: the next moment, or the end. */
export function momentAfter(figure: Figure, timeMs: number, by: "operation" | "action"): number {
  const moments = momentsBy(figure, by);
  return moments[lastNotAfter(moments, timeMs) + 1] ?? figure.trace.stepMs;
}

/** Where a step back leads from a time: the moment before, or the beginning. */
export function momentBefore(figure: Figure, timeMs: number, by: "operation" | "action"): number {
  const moments = momentsBy(figure, by);
  const at = lastNotAfter(moments, timeMs);
  const between = timeMs > (moments[at] as number);
  return moments[between ? at : at - 1] ?? 0;
}

function momentsBy({ moments, actionMoments }: Figure, by: "operation" | "action"): readonly number[] {
  return by === "action" ? actionMoments : moments;
}

function lastNotAfter(moments: readonly number[], timeMs: number): number {
  let low = 0;
  let high = moments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((moments[middle] as number) <= timeMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
