/** A small sample of a mark, for legends: filled as the mark is, with the same patterns. */
import { useId } from "react";
import { workFill } from "../theme/palettes";
import { Patterns, patternIds } from "./Patterns";
import styles from "./Swatch.module.css";

export type SwatchKind =
  | "forward"
  | "recompute"
  | "backward"
  | "inputGrad"
  | "weightGrad"
  | "copy"
  | "optimizer"
  | "collective"
  | "nextStage"
  | "idle";

export function Swatch({ kind, fill }: { kind?: SwatchKind; fill?: string }) {
  const id = useId();
  if (!kind) return <i aria-hidden="true" className={styles.swatch} style={{ background: fill }} />;
  const ids: Partial<Record<SwatchKind, string>> = patternIds(id);
  const pattern = ids[kind];
  const box = { x: 0.5, y: 0.5, width: 11, height: 11, rx: 2 };
  return (
    <svg aria-hidden="true" className={styles.swatch} viewBox="0 0 12 12">
      {pattern && <Patterns id={id} />}
      <rect {...box} fill={fillOf(kind)} stroke={kind === "collective" ? "var(--gradients)" : undefined} />
      {pattern && <rect {...box} fill={`url(#${pattern})`} />}
      {kind === "backward" && <rect x={2} y={8.5} width={8} height={1.5} fill="var(--on-backward)" opacity={0.55} />}
      {kind === "nextStage" && <rect x={2} y={2} width={8} height={1.5} fill="var(--on-forward)" />}
    </svg>
  );
}

/** Work stands for that of the first micro-batch. */
function fillOf(kind: SwatchKind): string {
  if (kind === "optimizer") return "var(--soft)";
  if (kind === "copy") return "var(--hatch)";
  if (kind === "idle") return "var(--idle)";
  if (kind === "collective") return "color-mix(in oklab, var(--gradients) 24%, var(--paper))";
  return workFill(kind === "nextStage" ? "forward" : kind, 0, 1);
}
