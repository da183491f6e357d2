/** Which numbers of a scenario clash. Every refusal names them and says what would fit. */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import type { Scenario } from "./schema";

/** @throws Refusal, one sentence, at the first clash */
export function checkLegality(scenario: Scenario): void {
  checkBatch(scenario);
  checkModel(scenario);
  checkRecompute(scenario);
  checkData(scenario);
}

/** Micro-batches that each data-parallel rank works through in one training step. */
export function microbatchesPerRank({ batch, mesh }: Scenario): number {
  return batch.global / (mesh.dp * batch.micro);
}

function checkRecompute({ recompute, model }: Scenario): void {
  if (recompute !== "selective" || model.kind === "gpt") return;
  throw new Refusal(
    `recompute "selective" drops attention scores, which model.kind "${model.kind}" has not: use "none" or "full"`,
    ["recompute"],
  );
}

function checkBatch({ batch, mesh }: Scenario): void {
  const path = ["batch", "global"];
  if (batch.global % mesh.dp !== 0) {
    const fits = multiplesNear(batch.global, mesh.dp * batch.micro);
    throw new Refusal(
      `batch.global (${batch.global}) must be divisible by mesh.dp (${mesh.dp}): use a global batch of ${fits}`,
      path,
    );
  }
  const perRank = batch.global / mesh.dp;
  if (perRank % batch.micro !== 0) {
    throw new Refusal(
      `batch.micro (${batch.micro}) must divide the ${perRank} samples of a data-parallel rank ` +
        `(batch.global ${batch.global} / mesh.dp ${mesh.dp}): use a micro-batch of ${oneOf(divisors(perRank))}`,
      ["batch", "micro"],
    );
  }
}

function checkModel({ model }: Scenario): void {
  if (model.kind === "gpt" && model.hidden % model.heads !== 0) {
    throw new Refusal(
      `model.hidden (${model.hidden}) must be divisible by model.heads (${model.heads}): ` +
        `use ${oneOf(divisors(model.hidden).filter((n) => n <= 64))} heads`,
      ["model", "heads"],
    );
  }
}

function checkData({ data, model }: Scenario): void {
  if (data.kind === "spiral") {
    if (model.kind !== "mlp") throw new Refusal('data "spiral" needs an "mlp" model', ["data", "kind"]);
    if (model.inputs !== 2) {
      throw new Refusal(`data "spiral" is 2-D: model.inputs must be 2, not ${model.inputs}`, ["model", "inputs"]);
    }
    if (model.classes < data.arms) {
      throw new Refusal(
        `a spiral of ${data.arms} arms needs as many classes: model.classes (${model.classes}) must be at least ${data.arms}`,
        ["model", "classes"],
      );
    }
  }
  if (data.kind === "addition") {
    if (model.kind !== "gpt") throw new Refusal('data "addition" needs a "gpt" model', ["data", "kind"]);
    const { seq, vocab } = additionShape(data.digits);
    if (model.vocab < vocab) {
      throw new Refusal(
        `sums are written with ${vocab} tokens: model.vocab (${model.vocab}) must be at least ${vocab}`,
        ["model", "vocab"],
      );
    }
    if (model.seq !== seq) {
      throw new Refusal(
        `a sum of ${data.digits}-digit numbers reads ${seq} tokens: model.seq must be ${seq}, not ${model.seq}`,
        ["model", "seq"],
      );
    }
  }
}

/**
 * The size of a sum written as tokens, `12+34=046`: two numbers, two signs, a result of one digit more. The model
 * reads all but the last token.
 */
export function additionShape(digits: number): { seq: number; vocab: number } {
  return { seq: 3 * digits + 2, vocab: 12 };
}

/** The whole numbers that divide `n`, ascending. */
export function divisors(n: number): number[] {
  const small = range(Math.floor(Math.sqrt(n)))
    .map((i) => i + 1)
    .filter((d) => n % d === 0);
  return [...new Set([...small, ...small.map((d) => n / d).reverse()])];
}

function multiplesNear(value: number, step: number): string {
  const below = Math.floor(value / step) * step;
  return below > 0 ? `${below} or ${below + step}` : String(step);
}

function oneOf(values: readonly number[]): string {
  return values.length === 1 ? String(values[0]) : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
