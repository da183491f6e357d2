/**
 * The baseline of the benchmark: the reference GPT as one would write it in TensorFlow.js with automatic
 * differentiation, `tf.variableGrads` and plain operations. Neither slowed down nor tuned for a backend.
 *
 * Letters: B samples, T positions, D hidden, V vocabulary.
 */
import * as tf from "@tensorflow/tfjs";

export interface GptShape {
  layers: number;
  hidden: number;
  heads: number;
  seq: number;
  vocab: number;
  /** Width of the MLP over the hidden size; 4 if not given. */
  mlpRatio?: number;
}

export interface AdamWSettings {
  lr: number;
  betas: [number, number];
  eps: number;
  weightDecay: number;
}

export interface AutodiffGpt {
  /** One training step on inputs and targets `[batch x seq]`; returns the loss before the update. */
  step(inputs: Int32Array, targets: Int32Array, batch: number): number;
  /** The current parameters. */
  parameters(): Record<string, Float32Array>;
  dispose(): void;
}

const DEFAULT_ADAMW: AdamWSettings = { lr: 1e-3, betas: [0.9, 0.95], eps: 1e-5, weightDecay: 0 };

/** Start from named parameters as in the reference: `embed.token`, `blocks.0.attn.qkv.weight` and so on. */
export function makeAutodiffGpt(
  model: GptShape,
  params: Record<string, Float32Array>,
  adamW: AdamWSettings = DEFAULT_ADAMW,
): AutodiffGpt {
  const shapes = parameterShapes(model);
  const variables: Record<string, tf.Variable> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    variables[name] = tf.tidy(() => tf.variable(tf.tensor(params[name], shape, "float32"), true));
  }
  const names = Object.keys(variables);
  const list = names.map((name) => variables[name]);
  const optimizer = makeAdamW(list, adamW);
  const { vocab, seq } = model;

  return {
    step(inputs, targets, batch) {
      const loss = tf.tidy(() => {
        const tokens_BT = tf.tensor2d(inputs, [batch, seq], "int32");
        const targets_BT = tf.tensor2d(targets, [batch, seq], "int32");
        const { value, grads } = tf.variableGrads(() => {
          const logits_BTV = gpt(model, variables, tokens_BT);
          const oneHot_BTV = tf.cast(tf.oneHot(targets_BT, vocab), "float32");
          return tf.losses.softmaxCrossEntropy(oneHot_BTV, logits_BTV) as tf.Scalar;
        }, list);
        // variableGrads names gradients by the variables' own names.
        optimizer.update(list.map((variable) => grads[variable.name]));
        return value;
      });
      const lossValue = loss.dataSync()[0];
      loss.dispose();
      return lossValue;
    },
    parameters: () => Object.fromEntries(names.map((name) => [name, Float32Array.from(variables[name].dataSync())])),
    dispose() {
      optimizer.dispose();
      tf.dispose(list);
    },
  };
}

function parameterShapes({ layers, hidden, seq, vocab, mlpRatio = 4 }: GptShape): Record<string, number[]> {
  const shapes: Record<string, number[]> = { "embed.token": [vocab, hidden], "embed.position": [seq, hidden] };
  const norm = (name: string) => {
    shapes[`${name}.weight`] = [hidden];
    shapes[`${name}.bias`] = [hidden];
  };
  const linear = (name: string, inputs: number, outputs: number) => {
    shapes[`${name}.weight`] = [inputs, outputs];
    shapes[`${name}.bias`] = [outputs];
  };
  for (let i = 0; i < layers; i++) {
    norm(`blocks.${i}.norm1`);
    linear(`blocks.${i}.attn.qkv`, hidden, 3 * hidden);
    linear(`blocks.${i}.attn.out`, hidden, hidden);
    norm(`blocks.${i}.norm2`);
    linear(`blocks.${i}.mlp.up`, hidden, mlpRatio * hidden);
    linear(`blocks.${i}.mlp.down`, mlpRatio * hidden, hidden);
  }
  norm("norm");
  shapes["head.weight"] = [hidden, vocab];
  return shapes;
}

type Parameters = Record<string, tf.Tensor>;

/** Logits [B, T, V]. Projections are of two dimensions, [B x T, features]: tfjs has no fast broadcast product. */
function gpt(model: GptShape, p: Parameters, tokens_BT: tf.Tensor2D): tf.Tensor {
  const { layers, hidden, seq, vocab } = model;
  const batch = tokens_BT.shape[0];
  // The natural tf.gather has a gradient (UnsortedSegmentSum) that the WASM backend lacks.
  const oneHot = tf.cast(tf.oneHot(tf.reshape(tokens_BT, [-1]), vocab), "float32");
  const token = tf.reshape(tf.matMul(oneHot, p["embed.token"]), [batch, seq, hidden]);
  let x = tf.reshape(tf.add(token, p["embed.position"]), [-1, hidden]);
  const mask_TT = tf.mul(tf.sub(tf.linalg.bandPart(tf.ones([seq, seq]), -1, 0), 1), 1e9);
  for (let i = 0; i < layers; i++) {
    const block = `blocks.${i}`;
    x = tf.add(x, attention(model, p, block, layerNorm(p, `${block}.norm1`, x), mask_TT));
    const up = gelu(linear(p, `${block}.mlp.up`, layerNorm(p, `${block}.norm2`, x)));
    x = tf.add(x, linear(p, `${block}.mlp.down`, up));
  }
  const logits = tf.matMul(layerNorm(p, "norm", x), p["head.weight"]);
  return tf.reshape(logits, [batch, seq, vocab]);
}

function linear(p: Parameters, name: string, x: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(x, p[`${name}.weight`]), p[`${name}.bias`]);
}

function layerNorm(p: Parameters, name: string, x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  const normalised = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(normalised, p[`${name}.weight`]), p[`${name}.bias`]);
}

function gelu(x: tf.Tensor): tf.Tensor {
  const cubed = tf.mul(tf.mul(x, x), x);
  const inner = tf.mul(tf.add(x, tf.mul(cubed, 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

function attention(model: GptShape, p: Parameters, block: string, x: tf.Tensor, mask_TT: tf.Tensor): tf.Tensor {
  const { hidden, heads, seq } = model;
  const headSize = hidden / heads;
  const perHead = (part: tf.Tensor) => tf.transpose(tf.reshape(part, [-1, seq, heads, headSize]), [0, 2, 1, 3]);
  const [q, k, v] = tf.split(linear(p, `${block}.attn.qkv`, x), 3, -1).map(perHead);
  const scores = tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(headSize)), mask_TT);
  const mixed = tf.matMul(tf.softmax(scores), v);
  return linear(p, `${block}.attn.out`, tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, hidden]));
}

/** AdamW as PyTorch has it (weight decay apart from the gradient); tfjs's own optimizers have no such decay. */
function makeAdamW(variables: tf.Variable[], { lr, betas: [beta1, beta2], eps, weightDecay }: AdamWSettings) {
  const zeros = () => variables.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)));
  const firstMoments = zeros();
  const secondMoments = zeros();
  let numSteps = 0;
  return {
    update(grads: tf.Tensor[]) {
      numSteps++;
      const correction1 = 1 - beta1 ** numSteps;
      const correction2 = 1 - beta2 ** numSteps;
      tf.tidy(() => {
        variables.forEach((variable, i) => {
          const m = tf.add(tf.mul(firstMoments[i], beta1), tf.mul(grads[i], 1 - beta1));
          const v = tf.add(tf.mul(secondMoments[i], beta2), tf.mul(tf.square(grads[i]), 1 - beta2));
          const direction = tf.div(tf.div(m, correction1), tf.add(tf.sqrt(tf.div(v, correction2)), eps));
          const decayed = weightDecay === 0 ? variable : tf.mul(variable, 1 - lr * weightDecay);
          firstMoments[i].assign(m);
          secondMoments[i].assign(v);
          variable.assign(tf.sub(decayed, tf.mul(direction, lr)));
        });
      });
    },
    dispose: () => tf.dispose([firstMoments, secondMoments]),
  };
}
