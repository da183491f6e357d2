/** How many instructions `simulate` gets through in a second, and whether its time and memory grow with their number. */
import { range } from "../../engine/base/range";
import { buildProgram } from "../../engine/passes";
import type { Program } from "../../engine/program";
import { parseScenario, type ScenarioInput } from "../../engine/scenario";
import { SCHEDULE_KINDS } from "../../engine/scenario/schema";
import { costsOf, simulate } from "../../engine/simulate";
import { median } from "./median";

const REPETITIONS = 5;

interface Rate {
  instructions: number;
  perSecond: number;
  heapBytes: number;
}

export interface SizeFigure extends Rate {
  what: string;
  /** Per instruction, over that of the smallest size. */
  relativeTime: number;
  relativeHeap: number;
}

export function measureSizes(): SizeFigure[] {
  const rates = [40, 80, 160, 320].map((microbatches) => {
    const scenario = pipeline({ layers: 96, microbatches, schedule: { kind: "1f1b" } });
    return { what: `1f1b, 16 stages of 6 blocks, ${microbatches} micro-batches, tp 2`, ...rateOf(scenario) };
  });
  const [smallest] = rates;
  return rates.map((rate) => ({
    ...rate,
    relativeTime: (smallest as Rate).perSecond / rate.perSecond,
    relativeHeap: perInstruction(rate) / perInstruction(smallest as Rate),
  }));
}

const perInstruction = ({ heapBytes, instructions }: Rate) => heapBytes / instructions;

export function measureSchedules(): (Rate & { schedule: string })[] {
  return SCHEDULE_KINDS.map((kind) => {
    const chunks = kind === "zbv" || kind === "dualpipev" ? 2 : 1;
    const virtual = kind === "interleaved" || kind === "looped-bfs" ? 2 : chunks;
    const scenario = pipeline({ layers: 16 * virtual, microbatches: 512, schedule: { kind, virtual } });
    return { schedule: `${kind}, ${virtual} chunks a rank`, ...rateOf(scenario) };
  });
}

interface Pipeline {
  layers: number;
  microbatches: number;
  schedule: NonNullable<ScenarioInput["schedule"]>;
}

function pipeline({ layers, microbatches, schedule }: Pipeline): ScenarioInput {
  return {
    model: { kind: "gpt", layers, hidden: 16, heads: 4, seq: 8, vocab: 16 },
    mesh: { pp: 16, tp: 2 },
    batch: { global: microbatches, micro: 1 },
    schedule,
  };
}

function rateOf(input: ScenarioInput): Rate {
  const scenario = parseScenario(input);
  const program = buildProgram(scenario);
  const costs = costsOf(scenario);
  const instructions = count(program);
  // The heap that a trace takes beside its program, once what it took to find it is gone.
  const before = heapBytes();
  const kept = [simulate(program, costs)];
  const heap = heapBytes() - before;
  kept.pop();
  const times = range(REPETITIONS).map(() => {
    collectGarbage();
    const start = performance.now();
    simulate(program, costs);
    return performance.now() - start;
  });
  return {
    instructions,
    perSecond: (1000 * instructions) / median(times),
    heapBytes: heap,
  };
}

const count = ({ ranks }: Program) => ranks.reduce((total, rank) => total + rank.instructions.length, 0);

/** Node has it when it is started with --expose-gc. */
const collectGarbage = () => (globalThis as { gc?: () => void }).gc?.();

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
