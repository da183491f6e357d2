/**
 * Cutting a model into pipeline stages of consecutive layers.
 *
 * As even as possible; when it does not divide, the middle stages get one layer more, because the first and the last
 * stage also carry embedding and head.
 */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import type { LayerUnit, Model } from "./model";

/**
 * @returns the units of each stage, in order
 * @throws Refusal when there are more stages than layers
 */
export function partitionStages({ units, config }: Model, numStages: number): LayerUnit[][] {
  const isLayer = (unit: LayerUnit) => config.kind === "mlp" || unit.name.startsWith("blocks.");
  const layers = units.filter(isLayer);
  if (layers.length < numStages) {
    throw new Refusal(
      `model.layers (${layers.length}) must be at least the number of pipeline stages (${numStages}): ` +
        `use ${numStages} or more layers, or fewer stages`,
      ["model", "layers"],
    );
  }
  const first = units.findIndex(isLayer);
  const sizes = stageSizes(layers.length, numStages);
  let next = first;
  return sizes.map((size, stage) => {
    const from = stage === 0 ? 0 : next;
    next += size;
    return units.slice(from, stage === numStages - 1 ? units.length : next);
  });
}

/** Layers of each stage; what is left over goes to the middle stages, then to the first, the last stays smallest. */
function stageSizes(numLayers: number, numStages: number): number[] {
  const base = Math.floor(numLayers / numStages);
  const order = [...range(numStages).slice(1, -1), 0];
  const longer = new Set(order.slice(0, numLayers % numStages));
  return range(numStages).map((stage) => base + (longer.has(stage) ? 1 : 0));
}
