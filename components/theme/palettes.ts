/**
 * The two palettes that never change meaning: micro-batch hue and memory kind.
 *
 * Both give CSS values that refer to tokens.css, so one drawing serves both themes without a redraw. Kind of
 * work is told by lightness, so that nothing hangs on hue alone.
 */

/** Full backward (B), and its two halves, input gradient (I) and weight gradient (W); forward is F. */
export type WorkKind = "forward" | "recompute" | "backward" | "inputGrad" | "weightGrad";

/** The kinds of memory, in the order in which they are stacked, from the bottom. */
export const MEMORY_KINDS = ["parameters", "gradients", "optimizer", "activations", "buffers"] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** An input gradient is what a backward passes on, so it looks like one; what is computed again, like what it was. */
const WORK_TOKEN: Record<WorkKind, string> = {
  forward: "forward",
  recompute: "forward",
  backward: "backward",
  inputGrad: "backward",
  weightGrad: "weight-grad",
};

const FIRST_HUE_DEG = 252;
const LAST_HUE_DEG = 20;

/** From blue for the first micro-batch, through green and ochre, to red for the last. */
export function microbatchHueDeg(microbatch: number, numMicrobatches: number): number {
  if (numMicrobatches <= 1) return FIRST_HUE_DEG;
  const hueDeg = FIRST_HUE_DEG + (microbatch / (numMicrobatches - 1)) * (LAST_HUE_DEG - FIRST_HUE_DEG);
  return Math.round(hueDeg * 10) / 10;
}

/** The fill of a bar: `microbatch` counts from 0. */
export function workFill(kind: WorkKind, microbatch: number, numMicrobatches: number): string {
  const token = WORK_TOKEN[kind];
  return `oklch(var(--${token}-l) var(--${token}-c) ${microbatchHueDeg(microbatch, numMicrobatches)})`;
}

/** The colour of text on that bar. */
export function workText(kind: WorkKind): string {
  return `var(--on-${WORK_TOKEN[kind]})`;
}

/** The fill of a kind of memory. Draw it opaque: the distances between kinds are checked on the plain colours. */
export function memoryFill(kind: MemoryKind): string {
  return `var(--${kind})`;
}

/** The axes of a device mesh, each with a colour of its own and, for eyes that cannot tell them, a dash. */
export const MESH_AXES = ["tp", "dp", "pp"] as const;
export type MeshAxis = (typeof MESH_AXES)[number];

export function axisColour(axis: MeshAxis): string {
  return `var(--axis-${axis})`;
}

const DASHES: Record<MeshAxis, string | undefined> = { tp: undefined, dp: "6 4", pp: "1.5 3" };

export function axisDash(axis: MeshAxis): string | undefined {
  return DASHES[axis];
}
