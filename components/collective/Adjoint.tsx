/** What undoes a collective in the other pass: in a sentence, as a ring, and where it stands in this very step. */
import { counted } from "@/components/marks/format";
import { isOfGradient } from "@/components/marks/names";
import { TwoSizes } from "@/components/marks/TwoSizes";
import { COLLECTIVE_KINDS, ringMessages } from "@/engine/program";
import styles from "./Collective.module.css";
import type { CollectiveEntry } from "./choice";
import { layoutRing } from "./layout";
import { RingGrid } from "./RingGrid";

interface AdjointProps {
  entry: CollectiveEntry;
  /** The adjoint in this step, if there is one. */
  partner: CollectiveEntry | null;
  /** Mirrored: what came last going forward is undone first. */
  step: number;
  pick(entry: CollectiveEntry): void;
}

export function Adjoint({ entry, partner, step, pick }: AdjointProps) {
  const { members, elements } = entry;
  // Gradients that are combined, and parameters that are gathered, after backward: nothing of theirs goes backward again.
  if (!entry.instruction.action) {
    return (
      <p className={styles.adjoint}>
        No gradient flows back through it: it combines what forward and backward have left.
      </p>
    );
  }
  if (entry.instruction.op === "allReduce" && isOfGradient(entry.instruction.on)) {
    return (
      <p className={styles.adjoint}>
        It is a backward itself: forward, every device got a copy of one value, and here their gradients of it are added
        up.
      </p>
    );
  }
  const { adjoint, adjointOp } = COLLECTIVE_KINDS[entry.instruction.op];
  const sentence = <p className={styles.adjoint}>{adjoint}</p>;
  if (!adjointOp) return sentence;
  const { name, reduces } = COLLECTIVE_KINDS[adjointOp];
  const messages = ringMessages({ op: adjointOp }, members.length);
  const marks = (widthPx: number) => layoutRing(messages, members.length, step, reduces, { widthPx, elements });
  // Seen from the backward pass, the other one is the forward's.
  const isBefore = partner !== null && partner.startMs < entry.startMs;
  return (
    <>
      {sentence}
      {partner && (
        <p className={styles.adjoint}>
          <button type="button" onClick={() => pick(partner)}>
            Go to the {partner.name}
          </button>
        </p>
      )}
      <figure className={styles.backward}>
        <figcaption>
          {isBefore ? "Forward" : "Backward"}: {name}, after {step} of {counted(members.length - 1, "round")}
        </figcaption>
        <TwoSizes draw={(widthPx) => <RingGrid marks={marks(widthPx)} members={members} record={null} step={step} />} />
      </figure>
    </>
  );
}
