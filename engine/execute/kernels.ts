/**
 * Joins the kinds of node (`model/nodeKinds.ts`) to their arithmetic (`layers/`): for each kind, what a pass does
 * with the tensors that its roles name.
 */
import { add, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, tidy } from "@tensorflow/tfjs-core";
import { InvariantError } from "../base/assert";
import { attentionForward, attentionInputGrad } from "../layers/attention";
import { crossEntropyForward, crossEntropyInputGrad } from "../layers/crossEntropy";
import { addPositions, embeddingForward, embeddingWeightGrad, positionsWeightGrad } from "../layers/embedding";
import { geluForward, geluInputGrad } from "../layers/gelu";
import { layerNormForward, layerNormInputGrad, layerNormWeightGrad } from "../layers/layerNorm";
import { linearForward, linearInputGrad, linearWeightGrad } from "../layers/linear";
import { columnSum } from "../layers/products";
import { reluForward, reluInputGrad } from "../layers/relu";
import { tanhForward, tanhInputGrad } from "../layers/tanh";
import {
  partLookup,
  partLookupWeightGrad,
  partLoss,
  partLossInputGrad,
  partMax,
  partSumExp,
  partTarget,
  type VocabPart,
} from "../layers/vocabParallel";
import type { NodeKindName, NodeSizes, Role } from "../model/nodeKinds";

/** What a pass needs beside its tensors. */
export interface PassContext {
  sizes: NodeSizes;
  /** Additive causal mask, [seq, seq]; for models with attention. */
  mask_TT: Tensor2D | null;
  /** Targets of a micro-batch that count in its loss. */
  targetsPerMicrobatch: number;
  /** The rank's part of the vocabulary, where that is cut. */
  vocabPart: VocabPart;
  /** What the micro-batch counts in the loss of the step. */
  share: number;
}

type Tensors = Record<Role, Tensor>;

interface Kernels {
  /** @returns the output, then what is saved, in the order of the kind's `saved` */
  forward(t: Tensors, context: PassContext): Tensor[];
  inputGrad?(t: Tensors, context: PassContext): Tensor;
  /** @returns a gradient for each parameter, in the order of the kind's `parameterShapes` */
  weightGrad?(t: Tensors, context: PassContext): Tensor[];
}

const linear: Kernels = {
  forward: (t) => [linearForward({ w_DF: t.weight as Tensor2D, b_F: t.bias as Tensor1D | undefined }, t.x as Tensor2D)],
  inputGrad: (t) => linearInputGrad({ w_DF: t.weight as Tensor2D }, t.dy as Tensor2D),
  weightGrad: (t) => {
    const { w_DF, b_F } = linearWeightGrad(t.x as Tensor2D, t.dy as Tensor2D, true);
    return [w_DF, b_F as Tensor1D];
  },
};

const noKernel = (): never => {
  throw new InvariantError("what the ranks exchange has no arithmetic of its own");
};

const KERNELS: Record<NodeKindName, Kernels> = {
  linear,
  linearNoBias: {
    ...linear,
    weightGrad: (t) => [linearWeightGrad(t.x as Tensor2D, t.dy as Tensor2D, false).w_DF],
  },
  tanh: {
    forward: (t) => [tanhForward(t.x as Tensor2D)],
    inputGrad: (t) => tanhInputGrad(t.y as Tensor2D, t.dy as Tensor2D),
  },
  relu: {
    forward: (t) => [reluForward(t.x as Tensor2D)],
    inputGrad: (t) => reluInputGrad(t.y as Tensor2D, t.dy as Tensor2D),
  },
  gelu: {
    forward: (t) => [geluForward(t.x as Tensor2D)],
    inputGrad: (t) => geluInputGrad(t.x as Tensor2D, t.dy as Tensor2D),
  },
  layerNorm: {
    forward: (t) => {
      const params = { weight_D: t.weight as Tensor1D, bias_D: t.bias as Tensor1D };
      const { y_ND, xhat_ND, rstd_N1 } = layerNormForward(params, t.x as Tensor2D);
      return [y_ND, xhat_ND, rstd_N1];
    },
    inputGrad: (t) =>
      layerNormInputGrad(
        { weight_D: t.weight as Tensor1D },
        { xhat_ND: t.xhat as Tensor2D, rstd_N1: t.rstd as Tensor2D },
        t.dy as Tensor2D,
      ),
    weightGrad: (t) => {
      const { weight_D, bias_D } = layerNormWeightGrad({ xhat_ND: t.xhat as Tensor2D }, t.dy as Tensor2D);
      return [weight_D, bias_D];
    },
  },
  attention: {
    forward: (t, context) => {
      const { y_ND, q, k, v, probs } = attentionForward(attentionShape(context.sizes), t.x as Tensor2D, mask(context));
      return [y_ND, q, k, v, probs];
    },
    inputGrad: (t, { sizes }) =>
      attentionInputGrad(
        attentionShape(sizes),
        { q: t.q as Tensor3D, k: t.k as Tensor3D, v: t.v as Tensor3D, probs: t.probs as Tensor3D },
        t.dy as Tensor2D,
      ),
  },
  embedding: {
    forward: (t, { sizes }) => [
      embeddingForward(
        { token_VD: t.token as Tensor2D, position_TD: t.position as Tensor2D },
        t.x as Tensor1D,
        sizes.seq,
      ),
    ],
    weightGrad: (t, { sizes }) => {
      const shape = { vocab: sizes.inFeatures, seq: sizes.seq };
      const { token_VD, position_TD } = embeddingWeightGrad(shape, t.x as Tensor1D, t.dy as Tensor2D);
      return [token_VD, position_TD];
    },
  },
  residual: { forward: (t) => [add(t.x as Tensor2D, t.r as Tensor2D)] },
  crossEntropy: {
    forward: (t, { targetsPerMicrobatch }) => {
      const { loss, probs_NV } = crossEntropyForward(t.x as Tensor2D, t.targets as Tensor1D, targetsPerMicrobatch);
      return [loss, probs_NV];
    },
    inputGrad: (t, { targetsPerMicrobatch, share }) => {
      const scale = share / targetsPerMicrobatch;
      return crossEntropyInputGrad(t.probs as Tensor2D, t.targets as Tensor1D, scale, targetsPerMicrobatch);
    },
  },
  biasAdd: {
    forward: (t) => [add(t.x as Tensor2D, t.bias as Tensor1D)],
    weightGrad: (t) => [columnSum(t.dy as Tensor2D)],
  },
  copyToRanks: { forward: noKernel },
  sumOverRanks: { forward: noKernel },
  maxOverRanks: { forward: noKernel },
  gatherSequence: { forward: noKernel },
  scatterSequence: { forward: noKernel },
  partLookup: {
    forward: (t, { vocabPart }) => [partLookup(t.token as Tensor2D, t.x as Tensor1D, vocabPart)],
    weightGrad: (t, { vocabPart }) => [partLookupWeightGrad(t.x as Tensor1D, t.dy as Tensor2D, vocabPart)],
  },
  positionAdd: {
    forward: (t, { sizes }) => [addPositions(t.position as Tensor2D, t.x as Tensor2D, sizes.seq)],
    weightGrad: (t, { sizes }) => [positionsWeightGrad(t.dy as Tensor2D, sizes.seq)],
  },
  partMax: { forward: (t, { vocabPart }) => [partMax(t.x as Tensor2D, vocabPart)] },
  partSumExp: { forward: (t, { vocabPart }) => [partSumExp(t.x as Tensor2D, t.max as Tensor1D, vocabPart)] },
  partTarget: { forward: (t, { vocabPart }) => [partTarget(t.x as Tensor2D, t.targets as Tensor1D, vocabPart)] },
  partCrossEntropy: {
    forward: (t, { vocabPart, targetsPerMicrobatch }) => {
      const found = { max_N: t.max as Tensor1D, sumExp_N: t.sumExp as Tensor1D, target_N: t.target as Tensor1D };
      const targets_N = t.targets as Tensor1D;
      const { loss, probs_NW } = partLoss(t.x as Tensor2D, found, targets_N, targetsPerMicrobatch, vocabPart);
      return [loss, probs_NW];
    },
    inputGrad: (t, { vocabPart, targetsPerMicrobatch, share }) => {
      const scale = share / targetsPerMicrobatch;
      return partLossInputGrad(t.probs as Tensor2D, t.targets as Tensor1D, scale, vocabPart);
    },
  },
};

export function runForward(kind: NodeKindName, tensors: Tensors, context: PassContext): Tensor[] {
  return tidy(() => KERNELS[kind].forward(tensors, context));
}

/** @param earlier the gradient that another branch gave the same value, to be added */
export function runInputGrad(kind: NodeKindName, tensors: Tensors, context: PassContext, earlier?: Tensor): Tensor {
  return tidy(() => {
    const dx = KERNELS[kind].inputGrad?.(tensors, context) as Tensor;
    return earlier ? add(dx, earlier) : dx;
  });
}

/** @param soFar the sums over earlier micro-batches, to be added to */
export function runWeightGrad(kind: NodeKindName, tensors: Tensors, context: PassContext, soFar: Tensor[]): Tensor[] {
  return tidy(() => {
    const grads = KERNELS[kind].weightGrad?.(tensors, context) as Tensor[];
    return soFar.length > 0 ? grads.map((grad, i) => add(grad, soFar[i] as Tensor)) : grads;
  });
}

function attentionShape({ seq, heads, outFeatures }: NodeSizes) {
  return { seq, heads, headSize: outFeatures / heads };
}

function mask({ mask_TT }: PassContext): Tensor2D {
  return mask_TT as Tensor2D;
}
