/** A reference case: a scenario with the numbers that plain single-process PyTorch (float64) got for it. */
import { wholeParameters } from "../execute";
import { allParameters, describeModel } from "../model/model";
import type { ScenarioInput } from "../scenario";
import { parseScenario } from "../scenario";
import {
  type MaxDifference,
  maxOf,
  type OneDeviceResult,
  onOneDevice,
  openScenario,
  relativeDifference,
  trainAndCompare,
  trainOnOneDevice,
} from "./compare";
import { type Fingerprint, fingerprint } from "./fingerprint";

export interface ReferenceCase extends ScenarioInput {
  expected: {
    losses: number[];
    gradNorms: number[];
    parameters: Record<string, Fingerprint>;
  };
}

/** How far a run is from PyTorch, relative to max(1, |expected|), and from its own one-device run. */
export interface CaseCheck {
  loss: number;
  gradNorm: number;
  /** Over all six numbers of all parameters. */
  parameter: number;
  maxDifference: MaxDifference;
  memoryAgrees: boolean;
  /** What disagreed first, if anything did. */
  disagreement: string | null;
}

/**
 * Trains a case on the current backend, spread as `layout` says, and compares. Leaves no tensor behind.
 *
 * @param known what one device gave for other layouts, to be used again and added to
 */
export async function checkCase(
  { expected, ...input }: ReferenceCase,
  layout: Partial<ScenarioInput>,
  known: Map<string, OneDeviceResult> = new Map(),
): Promise<CaseCheck> {
  const scenario = parseScenario({ ...input, ...layout });
  const key = JSON.stringify(onOneDevice(scenario));
  const single = known.get(key) ?? (await trainOnOneDevice(scenario));
  known.set(key, single);
  const run = openScenario(scenario);
  try {
    const check: CaseCheck = {
      loss: 0,
      gradNorm: 0,
      parameter: 0,
      maxDifference: { loss: 0, parameter: 0 },
      memoryAgrees: true,
      disagreement: null,
    };
    check.maxDifference = await trainAndCompare(
      scenario,
      run,
      ({ step, loss, gradNorm, memoryAgrees, disagreement }) => {
        check.loss = maxOf(check.loss, relativeDifference(loss, expected.losses[step - 1] as number));
        check.gradNorm = maxOf(check.gradNorm, relativeDifference(gradNorm, expected.gradNorms[step - 1] as number));
        check.memoryAgrees &&= memoryAgrees;
        check.disagreement ??= disagreement;
      },
      single,
    );
    const values = await wholeParameters(scenario, run);
    for (const { name, shape } of allParameters(describeModel(scenario.model))) {
      const actual = fingerprint(shape, values.get(name) as Float32Array);
      check.parameter = maxOf(check.parameter, fingerprintDifference(actual, expected.parameters[name]));
    }
    return check;
  } finally {
    run.dispose();
  }
}

/** NaN when there is nothing to compare with, or the shapes differ: never a pass. */
function fingerprintDifference(actual: Fingerprint, expected: Fingerprint | undefined): number {
  if (!expected || actual.shape.join() !== expected.shape.join()) return Number.NaN;
  const keys = ["sum", "l2", "first", "middle", "last"] as const;
  return keys.map((key) => relativeDifference(actual[key], expected[key])).reduce(maxOf);
}
