/** All that can be said of a scenario without tensors: what the stage draws before, and while, anything trains. */
import { account, type DeviceReport, deviceReports, type MemoryProfile } from "@/engine/account";
import { Refusal } from "@/engine/base/assert";
import { meshSize } from "@/engine/mesh/mesh";
import { describeModel } from "@/engine/model/model";
import { buildProgram } from "@/engine/passes";
import { microbatchesPerRank, type Scenario } from "@/engine/scenario";
import { costsOf, simulate } from "@/engine/simulate";
import { type Bubble, bubble, eventsOf, type Trace, type TraceEvent } from "@/engine/trace";

export interface Figure {
  scenario: Scenario;
  trace: Trace;
  /** The cursor walks this list. */
  events: readonly TraceEvent[];
  profiles: readonly MemoryProfile[];
  devices: readonly DeviceReport[];
  bubble: Bubble;
  /** The distinct times at which something starts or ends, ascending; the first is 0. */
  moments: readonly number[];
}

/** Beyond this many instructions a page would stand still before it had drawn them. */
const MOST_INSTRUCTIONS = 60_000;

/** @throws Refusal when the schedule cannot run the scenario, or there is too much of it to draw */
export function buildFigure(scenario: Scenario): Figure {
  checkSize(scenario);
  const trace = simulate(buildProgram(scenario), costsOf(scenario));
  const events = eventsOf(trace);
  const profiles = account(trace, events);
  const moments = [...new Set([0, ...events.map(({ atMs }) => atMs)])];
  return { scenario, trace, events, profiles, devices: deviceReports(trace, profiles), bubble: bubble(trace), moments };
}

function checkSize(scenario: Scenario): void {
  const { mesh, model } = scenario;
  const numNodes = describeModel(model).units.reduce((total, { nodes }) => total + nodes.length, 0);
  const numMicrobatches = microbatchesPerRank(scenario);
  // A node is passed forward, and back for its input and its weights.
  const numInstructions = 3 * numNodes * numMicrobatches * meshSize(mesh);
  if (numInstructions <= MOST_INSTRUCTIONS) return;
  throw new Refusal(
    `${numMicrobatches} micro-batches on ${meshSize(mesh)} devices are some ${numInstructions} operations, too many to ` +
      `draw: use fewer micro-batches, devices or layers`,
    ["batch", "micro"],
  );
}

/** The last moment that is not after a time. */
export function momentAt({ moments }: Figure, timeMs: number): number {
  let low = 0;
  let high = moments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((moments[middle] as number) <= timeMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
