/**
 * Optimizers on flat tensors, as PyTorch computes them.
 *
 * @source torch.optim.SGD (momentum, no dampening) and torch.optim.AdamW (Loshchilov and Hutter, arXiv:1711.05101)
 */
import { add, div, minimum, mul, sqrt, square, sub, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import type { OptimizerConfig } from "../scenario/schema";

export type Update = {
  params_P: Tensor1D;
  /** In the order of `optimizerStateRoles`. */
  state: Tensor1D[];
};

/**
 * One update of a run of parameters.
 *
 * @param step counts from 1
 * @returns new tensors, owned by the caller; the given ones are left alone
 */
export function update(
  optimizer: OptimizerConfig,
  step: number,
  { params_P, state }: Update,
  grad_P: Tensor1D,
): Update {
  return tidy(() => {
    if (optimizer.kind === "adamw") return adamw(optimizer, step, { params_P, state }, grad_P);
    const { lr, momentum } = optimizer;
    if (momentum === 0) return { params_P: sub<Tensor1D>(params_P, mul(grad_P, lr)), state: [] };
    const momentum_P = add(mul(state[0] as Tensor1D, momentum), grad_P) as Tensor1D;
    return { params_P: sub<Tensor1D>(params_P, mul(momentum_P, lr)), state: [momentum_P] };
  });
}

type AdamW = Extract<OptimizerConfig, { kind: "adamw" }>;

function adamw(
  { lr, betas, eps, weightDecay }: AdamW,
  step: number,
  { params_P, state }: Update,
  grad_P: Tensor1D,
): Update {
  const [m_P, v_P] = state as [Tensor1D, Tensor1D];
  const [beta1, beta2] = betas;
  const newM_P = add<Tensor1D>(mul(m_P, beta1), mul(grad_P, 1 - beta1));
  const newV_P = add<Tensor1D>(mul(v_P, beta2), mul(square(grad_P), 1 - beta2));
  // lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps), with the scalars taken together.
  const correction1 = 1 - beta1 ** step;
  const correction2 = Math.sqrt(1 - beta2 ** step);
  const denominator_P = add(sqrt(newV_P), eps * correction2);
  const change_P = mul(div(newM_P, denominator_P), (lr * correction2) / correction1);
  const decayed_P = weightDecay > 0 ? mul(params_P, 1 - lr * weightDecay) : params_P;
  return { params_P: sub(decayed_P, change_P), state: [newM_P, newV_P] };
}

/** What gradients are multiplied by so that their global norm is at most `clip`: min(1, clip / (norm + 1e-6)). */
export function clipScale(norm: Tensor1D, clip: number): Tensor1D {
  return tidy(() => minimum(div(clip, add(norm, 1e-6)), 1));
}
