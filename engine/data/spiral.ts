/** Points on the arms of a spiral, one class an arm, in [-1, 1] x [-1, 1]: no straight line separates them. */
import type { Sample } from "./sample";

const TURNS = 0.75;
const NOISE = 0.06;

export function spiralSamples(arms: number, next: () => number): () => Sample {
  return () => {
    const arm = Math.floor(next() * arms);
    const radius = 0.12 + 0.83 * next();
    const angle = 2 * Math.PI * (arm / arms + TURNS * radius);
    const noise = () => NOISE * (2 * next() - 1);
    return { inputs: [radius * Math.sin(angle) + noise(), radius * Math.cos(angle) + noise()], targets: [arm] };
  };
}
