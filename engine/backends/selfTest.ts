/**
 * Does the current backend compute what PyTorch computes, and how fast? Two training steps of a GPT so small that
 * shaders compile quickly, with every kind of layer, AdamW and clipping; the second step sees the first one's update.
 */
import { allParameters, describeModel } from "../model/model";
import { onOneDevice, openScenario, relativeDifference } from "../reference/compare";
import { parseScenario } from "../scenario";
import type { BackendName } from "./backend";

const TEST = {
  seed: 11,
  steps: 2,
  model: { kind: "gpt", layers: 1, hidden: 16, heads: 2, seq: 8, vocab: 12, mlpRatio: 2 },
  optimizer: { kind: "adamw", lr: 0.01, weightDecay: 0.1, clip: 0.5 },
  batch: { global: 4 },
} as const;

/** @source plain single-process PyTorch in float64, by the reference's definition of seeds, model and data */
const EXPECTED = {
  losses: [2.863564228842671, 2.30223843464506],
  gradNorms: [2.6345035578400338, 1.1904395766643352],
  l2: { "embed.token": 0.8115461708978476, "blocks.0.attn.qkv.weight": 4.043433868257196 } as Record<string, number>,
};

/** The reference's tolerances, relative to max(1, |expected|): the float32 of GPUs differs by device. */
const TOLERANCE: Record<BackendName, number> = { cpu: 1e-5, wasm: 1e-5, webgl: 1e-3, webgpu: 1e-3 };

const TIMED_STEPS = 5;

/**
 * @param now the time in milliseconds
 * @returns the median time of a training step, in milliseconds
 * @throws Error that names the first number that is wrong
 */
export async function selfTest(backend: BackendName, now: () => number): Promise<number> {
  const scenario = onOneDevice(parseScenario(TEST));
  const run = openScenario(scenario);
  const expectClose = (what: string, actual: number, expected: number) => {
    if (!(relativeDifference(actual, expected) <= TOLERANCE[backend])) {
      throw new Error(`its self-test gives ${what} ${actual} where PyTorch gives ${expected}`);
    }
  };
  try {
    for (const [i, expected] of EXPECTED.losses.entries()) {
      const { loss, gradNorm } = await run.step();
      expectClose(`loss ${i + 1}`, loss, expected);
      expectClose(`gradient norm ${i + 1}`, gradNorm, EXPECTED.gradNorms[i] as number);
    }
    const values = await run.readParameters(0);
    for (const { name } of allParameters(describeModel(scenario.model))) {
      const expected = EXPECTED.l2[name];
      if (expected === undefined) continue;
      const l2 = Math.hypot(...(values.get(name) as Float32Array));
      expectClose(`the norm of ${name}`, l2, expected);
    }
    return await medianStepMs(run.step, now);
  } finally {
    run.dispose();
  }
}

async function medianStepMs(step: () => Promise<unknown>, now: () => number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TIMED_STEPS; i++) {
    const start = now();
    await step();
    times.push(now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(TIMED_STEPS / 2)] as number;
}
