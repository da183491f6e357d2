/** The commands of the command line: each turns a scenario into what is printed on stdout. */
import { account, type DeviceReport, deviceReports } from "../account";
import { startNodeBackend } from "../backends/nodeBackend";
import { wholeParameters } from "../execute";
import { allParameters, describeModel } from "../model/model";
import { buildActions, buildProgram } from "../passes";
import { formatActions } from "../program";
import { type MaxDifference, openScenario, trainAndCompare } from "../reference/compare";
import { type Fingerprint, fingerprint } from "../reference/fingerprint";
import type { Scenario } from "../scenario";
import { checkCsv, formatCsv } from "../schedules";
import { costsOf, simulate as simulateProgram } from "../simulate";
import { type Bubble, bubble, chromeTrace } from "../trace";

export interface RunOutput {
  backend: string;
  losses: number[];
  gradNorms: number[];
  parameters: Record<string, Fingerprint>;
  maxDifference: MaxDifference;
  devices: DeviceReport[];
  memoryAgrees: boolean;
}

/** Trains the scenario with real tensors, and again on one device to compare. */
export async function run(scenario: Scenario, backendName: string): Promise<RunOutput> {
  const model = describeModel(scenario.model);
  const backend = await startNodeBackend(backendName);
  const training = openScenario(scenario);
  try {
    const losses: number[] = [];
    const gradNorms: number[] = [];
    const agreed: boolean[] = [];
    const maxDifference = await trainAndCompare(scenario, training, ({ loss, gradNorm, memoryAgrees }) => {
      losses.push(loss);
      gradNorms.push(gradNorm);
      agreed.push(memoryAgrees);
    });
    const values = await wholeParameters(scenario, training);
    const parameters = allParameters(model).map(
      ({ name, shape }) => [name, fingerprint(shape, values.get(name) as Float32Array)] as const,
    );
    return {
      backend,
      losses,
      gradNorms,
      parameters: Object.fromEntries(parameters),
      maxDifference,
      devices: deviceReports(training.trace, training.profiles),
      memoryAgrees: agreed.every(Boolean),
    };
  } finally {
    training.dispose();
  }
}

export interface SimulateOutput {
  stepMs: number;
  bubble: Bubble;
  devices: DeviceReport[];
}

export function simulate(scenario: Scenario): SimulateOutput {
  const trace = traceOf(scenario);
  return { stepMs: trace.stepMs, bubble: bubble(trace), devices: deviceReports(trace, account(trace)) };
}

export function schedule(scenario: Scenario): { stageToRank: number[]; ranks: string[] } {
  const { stageToRank, ranks } = buildActions(scenario);
  return { stageToRank, ranks: ranks.map(formatActions) };
}

/** PyTorch's table: a rank a line, an action a cell. */
export function scheduleCsv(scenario: Scenario): string {
  return formatCsv(buildActions(scenario).ranks).trimEnd();
}

/** @throws Refusal that names the first cell at fault of a table in PyTorch's form */
export function check(csv: string): void {
  checkCsv(csv);
}

export function trace(scenario: Scenario) {
  return chromeTrace(traceOf(scenario));
}

function traceOf(scenario: Scenario) {
  return simulateProgram(buildProgram(scenario), costsOf(scenario));
}
