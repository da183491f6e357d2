/** The memory ledger: what each parameter costs, line by line, and what the model's size is by formula. */
import { describeModel, parameterCount } from "@/engine/model/model";
import type { Figure } from "../../stage/state/figure";
import { COMMON_VALUES } from "./common";
import { define, deviceOf, type ProgramQuestion } from "./value";

const modelParameters = ({ scenario }: Figure) => parameterCount(describeModel(scenario.model));

/** Of a kind of memory at its peak, for each parameter of the whole model. */
const each =
  (kind: "parameters" | "gradients" | "optimizer") =>
  ({ figure, rank }: ProgramQuestion) =>
    deviceOf(figure, rank).peakBytes[kind] / modelParameters(figure);

export const LEDGER_VALUES = define({
  modelParameters: {
    means: "parameters of the whole model",
    unit: "count",
    read: ({ figure }) => modelParameters(figure),
  },
  formulaParameters: {
    means: "12 l h² (1 + 13 / (12 h) + (V + s) / (12 l h)), for l layers of width h, s tokens and a vocabulary of V",
    unit: "count",
    read: ({ figure: { scenario } }) => {
      if (scenario.model.kind !== "gpt") throw new Error("the formula is that of a transformer");
      const { layers: l, hidden: h, seq: s, vocab: V } = scenario.model;
      return Math.round(12 * l * h * h * (1 + 13 / (12 * h) + (V + s) / (12 * l * h)));
    },
  },
  parameterBytesEach: { means: "bytes of parameters for each parameter", unit: "bytes", read: each("parameters") },
  gradientBytesEach: { means: "bytes of gradients for each parameter", unit: "bytes", read: each("gradients") },
  optimizerBytesEach: { means: "bytes of optimizer state for each parameter", unit: "bytes", read: each("optimizer") },
  stateBytesEach: {
    means: "bytes of parameters, gradients and optimizer state on one device for each parameter of the model",
    unit: "bytes",
    read: (question) => each("parameters")(question) + each("gradients")(question) + each("optimizer")(question),
  },
  activationBytesPerSample: {
    means: "bytes of activations that one device holds when forward has ended, for each sample of a micro-batch",
    unit: "bytes",
    read: (question) => COMMON_VALUES.activationBytes.read(question) / question.figure.scenario.batch.micro,
  },
});
