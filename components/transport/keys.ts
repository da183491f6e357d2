/** What each key does on a stage: the keys that slides and clickers use, where a control does not need them itself. */

export type KeyAction =
  | "toggle"
  | "next"
  | "previous"
  | "nextAction"
  | "previousAction"
  | "start"
  | "end"
  | "loop"
  | "help";

const KEYS: Record<string, KeyAction> = {
  " ": "toggle",
  ArrowRight: "next",
  PageDown: "nextAction",
  ArrowLeft: "previous",
  PageUp: "previousAction",
  Home: "start",
  End: "end",
  l: "loop",
  "?": "help",
};

const WITH_SHIFT: Record<string, KeyAction> = {
  ArrowRight: "nextAction",
  PageDown: "next",
  ArrowLeft: "previousAction",
  PageUp: "previous",
  "?": "help",
};

/** What the list of keys says; the keys of the timeline are its own (`stage/useAsking.ts`). */
export const KEY_HELP: readonly { keys: string; does: string }[] = [
  { keys: "Space", does: "play, pause" },
  { keys: "→, ←", does: "to the next operation, back to the one before" },
  {
    keys: "Page Down, Page Up",
    does: "by whole actions: a micro-batch's forward, its backward; a clicker sends these",
  },
  { keys: "Shift with these", does: "the other way about: arrows by actions, page keys by operations" },
  { keys: "Home, End", does: "to the start, to the end" },
  { keys: "L", does: "play over and over, or once" },
  { keys: "?", does: "this list" },
];

export const TIMELINE_KEY_HELP: readonly { keys: string; does: string }[] = [
  { keys: "Arrows", does: "from bar to bar, from lane to lane" },
  { keys: "+, −, W, S", does: "zoom in, zoom out" },
  { keys: "A, D", does: "earlier, later" },
  { keys: "Z", does: "zoom to the bar, and back" },
  { keys: "M", does: "the chosen device's memory at the cursor, kind by kind" },
  { keys: "0", does: "the whole step" },
  { keys: "Wheel, pinch, drag", does: "the same with a pointer, once the timeline has the focus" },
];

export interface KeyPress {
  key: string;
  shift?: boolean;
  /** Any modifier but Shift. */
  hasModifier: boolean;
  /** Of the element with the focus, in lower case. */
  tag: string;
  /** An input's type. */
  type?: string;
}

/** Null: the key is not the stage's, and keeps its usual meaning. */
export function keyAction({ key, shift = false, hasModifier, tag, type }: KeyPress): KeyAction | null {
  const table = shift ? WITH_SHIFT : KEYS;
  const action = Object.hasOwn(table, key) ? (table[key] as KeyAction) : null;
  if (!action || hasModifier) return null;
  if (tag === "textarea") return null;
  // A closed list would turn to another entry: what a clicker sends is never meant for it.
  if (tag === "select") return key.startsWith("Page") ? action : null;
  // On the scrubber the keys step as everywhere on the stage; any other input needs them to edit its value.
  if (tag === "input" && type !== "range") return null;
  // Space presses the button that has the focus.
  if (action === "toggle" && (tag === "button" || tag === "a" || tag === "summary")) return null;
  return action;
}
