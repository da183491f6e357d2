"use client";
/** A number of the run, in the text. It says what it means when pointed at. */
import { formatAmount, formatWord } from "./formatAmount";
import { useAmount, useClock, useLessonStore, useScene } from "./LessonContext";
import styles from "./Value.module.css";
import { meaningOf, type ValueName } from "./values";

export interface ValueProps {
  of: ValueName;
  /** The scene or prediction it speaks of, if not the one around it. */
  scene?: string;
  /** Divide by the same value in this scene, and say how many times it is. */
  over?: string;
  /** The device that is meant; the first unless said. */
  rank?: number;
  /** A small count as a word, `four`, or at the start of a sentence `Four`. */
  as?: "word" | "Word";
}

export function Value({ of, scene, over, rank, as }: ValueProps) {
  const own = useScene(scene);
  const clock = useClock(own);
  const amount = useAmount(of, own, { rank });
  const divisor = useAmount(of, over ?? own, { rank });
  if (!amount || !divisor) return <NotMeasured of={of} scene={own} />;
  const shown = over === undefined ? amount : ({ amount: amount.amount / divisor.amount, unit: "times" } as const);
  const text = as ? formatWord(shown, clock, as === "Word") : formatAmount(shown, clock);
  return (
    <span className={as ? styles.word : styles.value} title={meaningOf(of)} data-value={of} data-amount={shown.amount}>
      {text}
    </span>
  );
}

/** Stands where a number will be, and is a way to get it. */
function NotMeasured({ of, scene }: { of: ValueName; scene: string }) {
  const store = useLessonStore();
  return (
    <button
      type="button"
      className={styles.pending}
      title={meaningOf(of)}
      data-value={of}
      onClick={() => store.getState().run(scene)}
    >
      train to see
    </button>
  );
}
