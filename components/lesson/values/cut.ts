/** What crosses the cut between two stages, read from a training run, in its first step. */
import type { Observation } from "@/engine/execute";
import type { RunQuestion, RunValue } from "./run";

const define = <Name extends string>(values: Record<Name, RunValue>) => values;

/** Messages backward carry the gradient of a value: `d(layers.2.tanh)`. */
const isGradient = ({ on }: Observation) => on.startsWith("d(");

export const CUT_VALUES = define({
  cutActivationNorm: {
    means: "norm of the activations at the cut, as one device sent or received them, first step",
    unit: "number",
    read: (question) => normAtCut(question, (message) => !isGradient(message)),
  },
  cutGradientNorm: {
    means: "norm of the gradient at the cut, as one device sent or received it, first step",
    unit: "number",
    read: (question) => normAtCut(question, isGradient),
  },
});

/** Of the first message that a device was seen to send or to receive; null when none was looked at. */
function normAtCut({ reports, rank }: RunQuestion, isOne: (message: Observation) => boolean): number | null {
  const messages = reports[0].observations.filter(({ op }) => op === "send" || op === "recv");
  return messages.find((message) => message.rank === rank && isOne(message))?.l2 ?? null;
}
