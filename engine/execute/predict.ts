/** Forward passes outside training: what the whole model answers, wherever its parts are. */
import { dispose, softmax, type Tensor, type Tensor2D, tidy } from "@tensorflow/tfjs-core";
import { describeModel, INPUTS, logitsOf, type Parameter } from "../model/model";
import { nodeKind } from "../model/nodeKinds";
import type { Scenario } from "../scenario/schema";
import { runForward } from "./kernels";

/**
 * The probabilities that a model gives to each class (or token), a row an input row.
 *
 * @param parameters whole, by name; left alone
 * @param inputs [rows, features], or tokens [rows]; left alone
 * @param mask_TT the causal mask, for models with attention
 * @returns [rows, classes]; the caller owns it
 */
export function predict(
  scenario: Scenario,
  parameters: ReadonlyMap<string, Tensor>,
  inputs: Tensor,
  mask_TT: Tensor2D | null,
): Tensor2D {
  const model = describeModel(scenario.model);
  const logits = logitsOf(model);
  return tidy(() => {
    const values = new Map<string, Tensor>([[INPUTS, inputs]]);
    for (const node of model.units.flatMap(({ nodes }) => nodes)) {
      if (node.kind === "crossEntropy") break;
      const tensors = Object.fromEntries(
        nodeKind(node.kind).forwardReads.map((role) => [role, tensorOf(node.values[role], node.parameters[role])]),
      );
      const [output, ...saved] = runForward(node.kind, tensors, {
        sizes: node.sizes,
        mask_TT,
        targetsPerMicrobatch: 1,
        vocabPart: { start: 0, size: 0, numReal: 0 },
        share: 1,
      });
      dispose(saved);
      values.set(node.name, output as Tensor);
    }
    return softmax(values.get(logits) as Tensor2D);

    function tensorOf(value: string | undefined, parameter: Parameter | undefined): Tensor {
      return (value !== undefined ? values.get(value) : parameters.get(parameter?.name ?? "")) as Tensor;
    }
  });
}
