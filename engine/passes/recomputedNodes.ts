/**
 * What backward computes again because forward did not keep it.
 *
 * `full`: a layer keeps its input only, and its whole forward runs again before its backward. `selective`: attention
 * keeps its input (q, k and v) and not the scores and softmax, which are large and quick to make.
 *
 * @source Chen et al. 2016, arXiv:1604.06174; Korthikanti et al. 2022, arXiv:2205.05198 section 5
 */
import type { LayerUnit, ModelNode } from "../model/model";
import { isLoss } from "../model/nodeKinds";
import type { Scenario } from "../scenario/schema";

/** In forward order. Embedding and head are no layers: the one keeps nothing more, the other's backward follows at once. */
export function recomputedNodes({ nodes }: LayerUnit, recompute: Scenario["recompute"]): ModelNode[] {
  if (recompute === "selective") return nodes.filter(({ kind }) => kind === "attention");
  if (recompute === "none" || nodes.some(({ kind }) => isLoss(kind) || isEmbedding(kind))) return [];
  return nodes;
}

const isEmbedding = (kind: ModelNode["kind"]) => kind === "embedding" || kind === "partLookup";
