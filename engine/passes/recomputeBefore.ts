/**
 * What backward computes again because forward did not keep it.
 *
 * `full`: a layer keeps its input only, and its whole forward runs again before its backward. `selective`: attention
 * keeps its input (q, k and v) and its output, and not the scores and softmax, which are large and quick to make.
 *
 * @source Chen et al. 2016, arXiv:1604.06174; Korthikanti et al. 2022, arXiv:2205.05198 section 5
 */
import type { LayerUnit, ModelNode } from "../model/model";
import { isLoss } from "../model/nodeKinds";
import type { Scenario } from "../scenario/schema";

/**
 * The nodes that run again before the backward of `node`, in forward order; the last of them is `node` itself.
 *
 * Embedding and head are no layers: the one would keep no less, the other's backward follows its forward at once.
 */
export function recomputeBefore({ nodes }: LayerUnit, node: ModelNode, recompute: Scenario["recompute"]): ModelNode[] {
  if (recompute === "selective") return node.kind === "attention" ? [node] : [];
  const isLayer = !nodes.some(({ kind }) => isLoss(kind) || kind === "embedding" || kind === "partLookup");
  return recompute === "full" && isLayer && node === nodes.at(-1) ? nodes : [];
}
