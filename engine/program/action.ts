/**
 * Actions: what a schedule writes. One action is one stage's work on one micro-batch.
 *
 * The text form is PyTorch's: `2F0` is stage 2, forward, micro-batch 0.
 */
import { Refusal } from "../base/assert";

/** F forward, I input gradient, W weight gradient, B full backward (I then W). */
export type ActionKind = "F" | "I" | "W" | "B";

export interface Action {
  readonly stage: number;
  readonly kind: ActionKind;
  readonly microbatch: number;
}

export const forward = (stage: number, microbatch: number): Action => ({ stage, kind: "F", microbatch });
export const backward = (stage: number, microbatch: number): Action => ({ stage, kind: "B", microbatch });
export const inputGrad = (stage: number, microbatch: number): Action => ({ stage, kind: "I", microbatch });
export const weightGrad = (stage: number, microbatch: number): Action => ({ stage, kind: "W", microbatch });

export function isSameAction(a: Action, b: Action): boolean {
  return a === b || (a.stage === b.stage && a.kind === b.kind && a.microbatch === b.microbatch);
}

export function formatAction({ stage, kind, microbatch }: Action): string {
  return `${stage}${kind}${microbatch}`;
}

/** @throws Refusal when the text is not an action */
export function parseAction(text: string): Action {
  const match = /^(\d+)([FIWB])(\d+)$/.exec(text);
  if (!match) {
    throw new Refusal(`"${text}" is not an action: write stage, F, I, W or B, then micro-batch, as in 0F1`);
  }
  const [, stage, kind, microbatch] = match;
  return { stage: Number(stage), kind: kind as ActionKind, microbatch: Number(microbatch) };
}

export function formatActions(actions: readonly Action[]): string {
  return actions.map(formatAction).join(" ");
}

/** @throws Refusal at the first word that is not an action */
export function parseActions(text: string): Action[] {
  return text.trim() === "" ? [] : text.trim().split(/\s+/).map(parseAction);
}
