"use client";
/**
 * A figure in the text: one operation between devices on small numbers, round by round, and its backward. Beside the
 * stage, which shows the operations of a run, it shows those that no run here needs, and all of them in one form.
 */
import { type ReactNode, useState } from "react";
import { sum } from "@/engine/base/range";
import type { AdjointCheck } from "@/engine/collectives/adjoint";
import { OPERATIONS, type OperationName } from "@/engine/collectives/operations";
import styles from "./Operation.module.css";
import { exampleOf, type Pass } from "./operation/example";
import { OperationGrid } from "./operation/OperationGrid";
import { chunksInBytes, signed } from "./operation/words";

export interface OperationProps {
  of: Exclude<OperationName, "identity" | "send-back">;
  /** Devices; four unless said. */
  ranks?: number;
  /** What is to be seen, below the figure. */
  children?: ReactNode;
}

export function Operation({ of, ranks = 4, children }: OperationProps) {
  const [isBackward, turn] = useState(false);
  const { forward, backward, check } = exampleOf(of, ranks);
  const { name, does } = OPERATIONS[of];
  return (
    <figure className={styles.operation} data-operation={of}>
      <figcaption>
        {capital(name)}: {does}
      </figcaption>
      <fieldset className={styles.passes}>
        <legend className="visually-hidden">The figure shows</legend>
        <button type="button" aria-pressed={!isBackward} onClick={() => turn(false)}>
          Forward
        </button>
        <button type="button" aria-pressed={isBackward} onClick={() => turn(true)}>
          Its backward: {backward.name}
        </button>
      </fieldset>
      <Rounds pass={forward} isOn={!isBackward} label="Forward" />
      <Rounds pass={backward} isOn={isBackward} label="Its backward">
        <Proof check={check} />
      </Rounds>
      {children && <div className={styles.caption}>{children}</div>}
    </figure>
  );
}

interface RoundsProps {
  pass: Pass;
  isOn: boolean;
  label: string;
  children?: ReactNode;
}

function Rounds({ pass, isOn, label, children }: RoundsProps) {
  const [round, setRound] = useState(0);
  const { name, numRounds } = pass;
  return (
    <section className={styles.pass} data-on={isOn} data-round={round} aria-label={`${label}: ${name}`}>
      <p className={styles.name}>
        {label}: {name}
      </p>
      <OperationGrid pass={pass} round={round} />
      {numRounds > 0 && (
        <div className={styles.rounds}>
          <button type="button" disabled={round === 0} onClick={() => setRound(round - 1)}>
            Previous
          </button>
          <input
            type="range"
            aria-label="Round"
            aria-valuetext={place(pass, round)}
            min={0}
            max={numRounds}
            value={round}
            onChange={({ target }) => setRound(Number(target.value))}
          />
          <button type="button" disabled={round === numRounds} onClick={() => setRound(round + 1)}>
            Next
          </button>
        </div>
      )}
      <p role="status" className={styles.status}>
        {place(pass, round)}. {bytes(pass, round)}
      </p>
      {children}
      {numRounds > 0 && (
        <noscript>
          <OperationGrid pass={pass} round={numRounds} />
          <p className={styles.status}>
            {place(pass, numRounds)}. {bytes(pass, numRounds)}
          </p>
        </noscript>
      )}
    </section>
  );
}

function Proof({ check: { outside, inside, numPairs, numAgreeing } }: { check: AdjointCheck }) {
  return (
    <p className={styles.proof}>
      With <i>x</i> the numbers of the forward and <i>y</i> those of the backward, <Product of="⟨Ax, y⟩" is={outside} />{" "}
      and <Product of="⟨x, Aᵀy⟩" is={inside} />. Tried with all pairs of unit vectors: the two are the same for{" "}
      {numAgreeing} of {numPairs}
      {numAgreeing === numPairs ? ", and so for any numbers." : "."}
    </p>
  );
}

function Product({ of, is }: { of: string; is: number }) {
  return (
    <span className={styles.product}>
      <i>{of}</i> = {signed(is)}
    </span>
  );
}

/** Where in the operation one is, and what its messages do there. */
function place({ numRounds, transfers }: Pass, round: number): string {
  if (numRounds === 0) return "Nothing is sent";
  if (round === 0) return `Before the first of ${numRounds} ${numRounds === 1 ? "round" : "rounds"}`;
  const adds = transfers.find((transfer) => transfer.round === round - 1)?.adds;
  return `Round ${round} of ${numRounds}: what arrives is ${adds ? "added" : "kept"}`;
}

function bytes({ sent, values }: Pass, round: number): string {
  const chunks = sent[round];
  const [least, most] = [Math.min(...chunks), Math.max(...chunks)];
  const each =
    least === most
      ? `${chunksInBytes(most)} by each device`
      : `${chunksInBytes(least)} to ${chunksInBytes(most)} by a device`;
  const [all, tensor] = [sum(chunks), values[0].length].map(chunksInBytes);
  return `Sent so far: ${each}, ${all} in all; the tensor has ${tensor}.`;
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
