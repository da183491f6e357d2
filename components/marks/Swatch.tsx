/** A small sample of a mark, for legends. */
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
  | "idle";

export function Swatch({ kind, fill }: { kind?: SwatchKind; fill?: string }) {
  return (
    <i
      aria-hidden="true"
      className={`${styles.swatch} ${kind ? styles[kind] : ""}`}
      style={fill ? { background: fill } : undefined}
    />
  );
}
