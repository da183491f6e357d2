/**
 * `npm run bench`: times one training step on the WASM backend in Node.
 *
 * Every figure is a ratio of medians of repetitions that alternate in one run, so that a machine whose speed drifts
 * slows both sides alike. Prints a table and writes bench-results.json.
 */
import { writeFileSync } from "node:fs";
import { startNodeBackend } from "../engine/backends/nodeBackend";
import { range } from "../engine/base/range";
import { openDataset } from "../engine/data/dataset";
import { initialValues } from "../engine/execute/initialValues";
import { allParameters, describeModel } from "../engine/model/model";
import { openScenario } from "../engine/reference/compare";
import { type GptConfig, parseScenario, type Scenario, type ScenarioInput } from "../engine/scenario";
import { makeAutodiffGpt } from "./bench-baseline";

const REPETITIONS = Number(process.env.BENCH_REPETITIONS ?? 25);
const WARM_UP = 4;

const GPT: ScenarioInput = {
  steps: 1000,
  model: { kind: "gpt", layers: 4, hidden: 64, heads: 4, seq: 32, vocab: 64 },
  optimizer: { kind: "adamw", lr: 0.001, weightDecay: 0.1 },
  batch: { global: 8 },
};

interface Contestant {
  name: string;
  step(): Promise<unknown> | unknown;
}

interface Figure {
  what: string;
  ratio: number;
  limit: number;
  medianMs: Record<string, number>;
}

await startNodeBackend("wasm");
const figures = [
  await compare("one device / autodiff", 0.45, ours("one device", GPT), autodiff(parseScenario(GPT))),
  await compare(
    "4 data-parallel devices / one device, micro-batches of 2",
    1.5,
    ours("4 devices", { ...GPT, batch: { global: 8, micro: 2 }, mesh: { dp: 4 } }),
    ours("one device", { ...GPT, batch: { global: 8, micro: 2 } }),
  ),
];
console.table(
  figures.map(({ what, ratio, limit, medianMs }) => ({
    what,
    ratio: ratio.toFixed(3),
    limit,
    medians: Object.entries(medianMs)
      .map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`)
      .join(", "),
  })),
);
console.log(`ratios of medians of ${REPETITIONS} alternating repetitions in this run; times are this machine's`);
writeFileSync("bench-results.json", `${JSON.stringify({ repetitions: REPETITIONS, figures }, null, 1)}\n`);

function ours(name: string, scenario: ScenarioInput): Contestant {
  const run = openScenario(parseScenario(scenario));
  return { name, step: () => run.step() };
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
    name: "autodiff",
    step() {
      const batch = dataset.nextBatch();
      const inputs = Int32Array.from(batch.flatMap((sample) => [...sample.inputs]));
      const targets = Int32Array.from(batch.flatMap((sample) => [...sample.targets]));
      return gpt.step(inputs, targets, batch.length);
    },
  };
}

async function compare(what: string, limit: number, a: Contestant, b: Contestant): Promise<Figure> {
  const times: [number[], number[]] = [[], []];
  for (const repetition of range(WARM_UP + REPETITIONS)) {
    for (const [i, { step }] of [a, b].entries()) {
      const start = performance.now();
      await step();
      if (repetition >= WARM_UP) times[i as 0 | 1].push(performance.now() - start);
    }
  }
  const [medianA, medianB] = times.map(median) as [number, number];
  return { what, ratio: medianA / medianB, limit, medianMs: { [a.name]: medianA, [b.name]: medianB } };
}

function median(values: number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] as number;
}
