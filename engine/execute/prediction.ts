/** What a model makes of inputs it was not trained on: a spiral's plane, or sums it never saw. */
import {
  argMax,
  dispose,
  max,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { mulberry32 } from "../base/random";
import { range } from "../base/range";
import { heldOutSums, readAnswer, type Sum, spell, sumAsSample } from "../data/addition";
import { openDataset } from "../data/dataset";
import { causalMask } from "../layers/attention";
import { allParameters, describeModel } from "../model/model";
import type { GptConfig, Scenario } from "../scenario/schema";
import { predict } from "./predict";
import type { Prediction } from "./predictionResult";
import type { TrainingRun } from "./run";
import { wholeParameters } from "./wholeParameters";

const GRID = 48;
const MAX_POINTS = 240;
const NUM_SUMS = 64;
const SHOWN_SUMS = 8;

/** @returns null when the scenario's data has nothing to show */
export async function currentPrediction(scenario: Scenario, run: TrainingRun): Promise<Prediction | null> {
  const { data, model } = scenario;
  if (data.kind === "random") return null;
  const values = await wholeParameters(scenario, run);
  const parameters = new Map(
    allParameters(describeModel(model)).map(({ name, shape }) => [
      name,
      tensor(values.get(name) as Float32Array, [...shape]),
    ]),
  );
  try {
    if (data.kind === "spiral") return await boundary(scenario, parameters);
    return model.kind === "gpt" ? await answers(scenario, model, data.digits, parameters) : null;
  } finally {
    dispose([...parameters.values()]);
  }
}

type Parameters = ReadonlyMap<string, Tensor>;

async function boundary(scenario: Scenario, parameters: Parameters): Promise<Prediction> {
  const centre = (i: number) => -1 + (2 * i + 1) / GRID;
  const cells = range(GRID).flatMap((row) => range(GRID).map((column) => [centre(column), -centre(row)]));
  const [classes, confidence] = tidy(() => {
    const probs = predict(scenario, parameters, tensor2d(cells), null);
    return [argMax(probs, 1), max(probs, 1)];
  });
  const points = openDataset(scenario).nextBatch().slice(0, MAX_POINTS);
  const result: Prediction = {
    kind: "boundary",
    size: GRID,
    classes: [...(await classes.data())],
    confidence: [...(await confidence.data())],
    points: points.map(({ inputs, targets }) => ({
      x: inputs[0] as number,
      y: inputs[1] as number,
      class: targets[0] as number,
    })),
  };
  dispose([classes, confidence]);
  return result;
}

/** The model writes each result digit by digit, reading what it has written so far. */
async function answers(
  scenario: Scenario,
  model: GptConfig,
  digits: number,
  parameters: Parameters,
): Promise<Prediction> {
  const sums = heldOutSums(digits, NUM_SUMS, mulberry32(scenario.seed));
  const rows = sums.map((sum) => [...sumAsSample(sum, digits).inputs]);
  const written = sums.map((): number[] => []);
  const mask_TT = causalMask(model.seq);
  const questionLength = 2 * digits + 2;
  for (const i of range(digits + 1)) {
    const tokens = await mostLikely(scenario, parameters, rows, mask_TT);
    const at = questionLength - 1 + i;
    sums.forEach((_, s) => {
      const token = tokens[s * model.seq + at] as number;
      (written[s] as number[]).push(token);
      if (at + 1 < model.seq) (rows[s] as number[])[at + 1] = token;
    });
  }
  dispose(mask_TT);
  const graded = sums.map((sum, s) => grade(sum, written[s] as number[], digits));
  const numRight = graded.filter(({ right }) => right).length;
  return { kind: "sums", answers: graded.slice(0, SHOWN_SUMS), rightShare: numRight / sums.length, total: sums.length };
}

async function mostLikely(
  scenario: Scenario,
  parameters: Parameters,
  rows: number[][],
  mask_TT: Tensor2D,
): Promise<ArrayLike<number>> {
  const tokens = tidy(() =>
    argMax<Tensor1D>(predict(scenario, parameters, tensor1d(rows.flat(), "int32"), mask_TT), 1),
  );
  const values = await tokens.data();
  dispose(tokens);
  return values;
}

function grade(sum: Sum, tokens: number[], digits: number) {
  const value = readAnswer(tokens);
  return {
    question: `${String(sum.a).padStart(digits, "0")}+${String(sum.b).padStart(digits, "0")}=`,
    answer: Number.isNaN(value) ? spell(tokens) : String(value),
    expected: String(sum.a + sum.b),
    right: value === sum.a + sum.b,
  };
}
