/** The matrix products of a training step: how many FLOPs they are, and how fast the backend does one. */
import { matMul, randomUniform, type Tensor2D, tidy } from "@tensorflow/tfjs-core";
import { range } from "../../engine/base/range";
import { describeRankModel } from "../../engine/model/tensorParallel";
import { isNodePass, type Program } from "../../engine/program";
import type { Scenario } from "../../engine/scenario";
import { nodeFlops } from "../../engine/simulate";
import { median } from "./median";

const PRODUCTS: ReadonlySet<string> = new Set(["linear", "linearNoBias", "attention"]);

/** Of one step, over all devices. */
export function productFlops(scenario: Scenario, { ranks }: Program): number {
  const model = describeRankModel(scenario);
  const flopsOf = nodeFlops(scenario, model);
  const multiplies = new Set(
    model.units.flatMap(({ nodes }) => nodes.filter(({ kind }) => PRODUCTS.has(kind)).map(({ name }) => name)),
  );
  const passes = ranks.flatMap(({ instructions }) => instructions.filter(isNodePass));
  return passes.filter(({ on }) => multiplies.has(on)).reduce((total, pass) => total + flopsOf(pass), 0);
}

/** FLOPs a millisecond of one product of two fresh matrices as large as those between a block's MLP layers. */
export function measureProductRate(): number {
  const [rows, inner, columns] = [256, 64, 256] as const;
  const times = range(50).map(() => {
    const a: Tensor2D = randomUniform([rows, inner]);
    const b: Tensor2D = randomUniform([inner, columns]);
    const start = performance.now();
    tidy(() => void matMul(a, b).dataSync());
    const ms = performance.now() - start;
    a.dispose();
    b.dispose();
    return ms;
  });
  return (2 * rows * inner * columns) / median(times.slice(10));
}
