/** What each mark of a timeline is filled with. Hue tells the micro-batch, lightness and pattern the kind. */
import { workFill, workText } from "@/components/theme/palettes";
import type { TimelineBar } from "./layout";

/** What lies over the fill, so that no kind is told by colour alone. */
export type Overlay = "weightGrad" | "recompute" | "optimizer";

/** A CSS colour; what belongs to no micro-batch has no hue of theirs. */
export function fillOf(
  { kind, microbatch }: Pick<TimelineBar, "kind" | "microbatch">,
  numMicrobatches: number,
): string {
  if (kind === "optimizer") return "var(--soft)";
  // A message carries gradients, so it has their colour.
  if (kind === "collective") return "color-mix(in oklab, var(--gradients) 24%, var(--paper))";
  if (kind === "copy") return "var(--hatch)";
  return workFill(kind, microbatch ?? 0, numMicrobatches);
}

export function overlayOf({ kind }: Pick<TimelineBar, "kind">): Overlay | null {
  return kind === "weightGrad" || kind === "recompute" || kind === "optimizer" ? kind : null;
}

export function textFillOf({ kind }: Pick<TimelineBar, "kind">): string {
  if (kind === "optimizer") return "var(--paper)";
  if (kind === "collective" || kind === "copy") return "var(--ink)";
  return workText(kind);
}

/** In lower lanes the hatching of idle time would drown the pale bars of forwards beside it. */
const HATCHED_PX = 10;

export function isHatched({ heightPx }: { heightPx: number }): boolean {
  return heightPx >= HATCHED_PX;
}
