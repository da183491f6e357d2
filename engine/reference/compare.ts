/** Comparing a run with the same scenario on one device: parallelism must never change the numbers. */
import type { StepResult, TrainingRun } from "../execute";
import { openRun } from "../execute";
import { ownValues } from "../execute/ownValues";
import { describeRankModel } from "../model/tensorParallel";
import { checkTrainable } from "../model/trainingSize";
import { buildProgram } from "../passes";
import type { Scenario } from "../scenario/schema";
import { costsOf, simulate } from "../simulate";

/** The same training on one device: nothing sharded, nothing sent, the same micro-batches. */
export function onOneDevice(scenario: Scenario): Scenario {
  return {
    ...scenario,
    mesh: { dp: 1, pp: 1, tp: 1 },
    schedule: { kind: "1f1b", virtual: 1 },
    zero: 0,
    sequenceParallel: false,
    recompute: "none",
    costs: { kind: "unit" },
  };
}

/**
 * Builds, simulates and opens a scenario: from here it can train.
 *
 * @throws Refusal when it is too large to train here, or its schedule cannot run it
 */
export function openScenario(scenario: Scenario): TrainingRun {
  checkTrainable(scenario);
  return openRun(scenario, simulate(buildProgram(scenario), costsOf(scenario)));
}

/** |a - b| relative to max(1, |b|), the measure of all our tolerances. */
export function relativeDifference(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
}

export interface MaxDifference {
  /** Over all losses. */
  loss: number;
  /** Over all elements of all parameters of all ranks. */
  parameter: number;
}

/** What the same training on one device gives. */
export interface OneDeviceResult {
  /** Step by step. */
  steps: { loss: number; gradNorm: number }[];
  /** Whole, by name. */
  parameters: ReadonlyMap<string, Float32Array>;
}

/** Trains a scenario's steps on one device. Leaves no tensor behind. */
export async function trainOnOneDevice(scenario: Scenario): Promise<OneDeviceResult> {
  const single = openScenario(onOneDevice(scenario));
  try {
    const steps: OneDeviceResult["steps"] = [];
    for (let i = 0; i < scenario.steps; i++) {
      const { loss, gradNorm } = await single.step();
      steps.push({ loss, gradNorm });
    }
    return { steps, parameters: await single.readParameters(0) };
  } finally {
    single.dispose();
  }
}

/**
 * Trains for the scenario's steps and compares with one device; `run` stays open.
 *
 * @param onStep called after each step with its result and the one device's
 * @param single what one device gives, if it is known already
 */
export async function trainAndCompare(
  scenario: Scenario,
  run: TrainingRun,
  onStep: (result: StepResult, expected: OneDeviceResult["steps"][number]) => void = () => {},
  single?: OneDeviceResult,
): Promise<MaxDifference> {
  const reference = single ?? (await trainOnOneDevice(scenario));
  let loss = 0;
  for (const expected of reference.steps) {
    const result = await run.step();
    loss = maxOf(loss, relativeDifference(result.loss, expected.loss));
    onStep(result, expected);
  }
  return { loss, parameter: await parameterDifference(scenario, run, reference.parameters) };
}

/**
 * The largest difference over all elements of all parameters, of every rank against the single device.
 *
 * @param expected the single device's parameters, by name
 */
export async function parameterDifference(
  scenario: Scenario,
  run: TrainingRun,
  expected: OneDeviceResult["parameters"],
): Promise<number> {
  const { mesh, ranks } = run.trace.program;
  const model = describeRankModel(scenario);
  let largest = 0;
  for (const [rank, program] of ranks.entries()) {
    for (const [name, values] of await run.readParameters(rank)) {
      const reference = ownValues(model, mesh, rank, program, name, expected) as Float32Array;
      values.forEach((value, i) => {
        largest = maxOf(largest, relativeDifference(value, reference[i] as number));
      });
    }
  }
  return largest;
}

/** The larger; NaN when one is: a run that went wrong must not look right. */
export function maxOf(a: number, b: number): number {
  return a >= b ? a : b > a ? b : Number.NaN;
}
