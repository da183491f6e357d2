/** Times training steps against each other, in repetitions that alternate, so that a drifting machine slows both alike. */
import { range } from "../../engine/base/range";
import { openDataset } from "../../engine/data/dataset";
import { initialValues } from "../../engine/model/initialValues";
import { allParameters, describeModel } from "../../engine/model/model";
import { openScenario } from "../../engine/reference/compare";
import { type GptConfig, parseScenario, type Scenario, type ScenarioInput } from "../../engine/scenario";
import { makeAutodiffGpt } from "./autodiffGpt";
import { median } from "./median";
import { measureProductRate, productFlops } from "./products";

const REPETITIONS = Number(process.env.BENCH_REPETITIONS ?? 25);
const WARM_UP = 4;

const GPT: ScenarioInput = {
  steps: 1000,
  model: { kind: "gpt", layers: 4, hidden: 64, heads: 4, seq: 32, vocab: 64 },
  optimizer: { kind: "adamw", lr: 0.001, weightDecay: 0.1 },
  batch: { global: 8 },
};

export interface StepFigure {
  what: string;
  /** The first one's median time over the second one's. */
  ratio: number;
  limit: number;
  /** Medians. */
  ms: [number, number];
  /** Of each step's time, what its matrix products alone would take at the backend's rate. */
  productShare: [number, number];
}

interface Contestant {
  /** Of the matrix products of a step. */
  flops: number;
  step(): Promise<unknown> | unknown;
}

export async function measureSteps(): Promise<StepFigure[]> {
  const inTwos = (global: number): ScenarioInput => ({ ...GPT, batch: { global, micro: 2 } });
  return [
    await compare("one device / autodiff", 0.3, ours(GPT), autodiff(parseScenario(GPT))),
    await compare(
      "8 devices (dp 2, pp 2, tp 2; 4 micro-batches) / one device",
      2,
      ours({ ...inTwos(16), mesh: { dp: 2, pp: 2, tp: 2 } }),
      ours(inTwos(16)),
    ),
    await compare(
      "4 data-parallel devices / one device",
      1.3,
      ours({ ...inTwos(8), mesh: { dp: 4 } }),
      ours(inTwos(8)),
    ),
  ];
}

function ours(input: ScenarioInput): Contestant {
  const scenario = parseScenario(input);
  const run = openScenario(scenario);
  return { flops: productFlops(scenario, run.trace.program), step: () => run.step() };
}

/** The same model, parameters, data and optimizer with tfjs's automatic differentiation. */
function autodiff(scenario: Scenario): Contestant {
  const model = scenario.model as GptConfig;
  const parameters = allParameters(describeModel(model)).map(
    (parameter) => [parameter.name, initialValues(parameter, scenario.seed)] as const,
  );
  const gpt = makeAutodiffGpt(model, Object.fromEntries(parameters), {
    lr: 0.001,
    betas: [0.9, 0.95],
    eps: 1e-5,
    weightDecay: 0.1,
  });
  const dataset = openDataset(scenario);
  return {
    flops: ours(GPT).flops,
    step() {
      const batch = dataset.nextBatch();
      const inputs = Int32Array.from(batch.flatMap((sample) => [...sample.inputs]));
      const targets = Int32Array.from(batch.flatMap((sample) => [...sample.targets]));
      return gpt.step(inputs, targets, batch.length);
    },
  };
}

async function compare(what: string, limit: number, a: Contestant, b: Contestant): Promise<StepFigure> {
  const times: [number[], number[]] = [[], []];
  for (const repetition of range(WARM_UP + REPETITIONS)) {
    for (const [i, { step }] of [a, b].entries()) {
      const start = performance.now();
      await step();
      if (repetition >= WARM_UP) times[i as 0 | 1].push(performance.now() - start);
    }
  }
  const ms = times.map(median) as [number, number];
  const flopsPerMs = measureProductRate();
  const productShare = [a, b].map(({ flops }, i) => flops / flopsPerMs / (ms[i] as number)) as [number, number];
  return { what, ratio: ms[0] / ms[1], limit, ms, productShare };
}
