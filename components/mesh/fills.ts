/** The fill of a device by what it does, in the colours of the timeline. */
import { type WorkKind, workFill, workText } from "@/components/theme/palettes";
import type { ActionKind } from "@/engine/program";
import { microbatchesPerRank, type Scenario } from "@/engine/scenario";
import type { Span } from "@/engine/trace";

const KINDS: Record<ActionKind, WorkKind> = { F: "forward", B: "backward", I: "inputGrad", W: "weightGrad" };

/** @param idle the id of the pattern for a device that does nothing */
export function workMarkFill(work: Span | null, scenario: Scenario, idle: string): { fill: string; text: string } {
  if (!work) return { fill: `url(#${idle})`, text: "var(--ink)" };
  const { action, op } = work.instruction;
  if (!action)
    return op === "load" ? { fill: "var(--hatch)", text: "var(--ink)" } : { fill: "var(--soft)", text: "var(--paper)" };
  const kind = op === "recompute" ? "recompute" : KINDS[action.kind];
  return { fill: workFill(kind, action.microbatch, microbatchesPerRank(scenario)), text: workText(kind) };
}
