/** What each key does on a stage: the keys that slides and clickers use, where a control does not need them itself. */

export type KeyAction = "toggle" | "next" | "previous" | "start" | "end";

const KEYS: Record<string, KeyAction> = {
  " ": "toggle",
  ArrowRight: "next",
  PageDown: "next",
  ArrowLeft: "previous",
  PageUp: "previous",
  Home: "start",
  End: "end",
};

export interface KeyPress {
  key: string;
  hasModifier: boolean;
  /** Of the element with the focus, in lower case. */
  tag: string;
  /** An input's type. */
  type?: string;
}

/** Null: the key is not the stage's, and keeps its usual meaning. */
export function keyAction({ key, hasModifier, tag, type }: KeyPress): KeyAction | null {
  const action = Object.hasOwn(KEYS, key) ? (KEYS[key] as KeyAction) : null;
  if (!action || hasModifier) return null;
  if (tag === "select" || tag === "textarea") return null;
  // On the scrubber the keys step as everywhere on the stage; any other input needs them to edit its value.
  if (tag === "input" && type !== "range") return null;
  // Space presses the button that has the focus.
  if (action === "toggle" && (tag === "button" || tag === "a" || tag === "summary")) return null;
  return action;
}
