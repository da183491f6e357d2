/** What a model's answers to sums are worth, in a sentence: how long it has trained, and what guessing would reach. */
import { formatPercent } from "@/components/marks/format";

export interface Answered {
  rightShare: number;
  total: number;
  /** Of each operand; a result has one more. */
  digits: number;
  done: number;
  numSteps: number;
}

export function sumsSentence({ rightShare, total, digits, done, numSteps }: Answered): string {
  const when = done === 0 ? "Before training" : `After ${done} of ${numSteps} training steps`;
  const result = `${formatPercent(rightShare)} right of ${total} sums never trained on`;
  const chance = `guessing each of the ${digits + 1} digits is right once in ${10 ** (digits + 1)}`;
  const short = done > 0 && rightShare < 0.5 ? ", and so few steps do not teach it to add yet" : "";
  return `${when}: ${result}. For comparison, ${chance}${short}.`;
}
