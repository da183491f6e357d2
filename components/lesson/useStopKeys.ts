"use client";
/**
 * The keys of a lesson: page keys, which clickers send, and `j` and `k`. The arrow keys belong to the stage and to
 * scrolling.
 */
import { useEffect, useEffectEvent } from "react";

const DIRECTIONS: Readonly<Record<string, 1 | -1>> = { PageDown: 1, j: 1, PageUp: -1, k: -1 };

/**
 * Where a key has nowhere to go it does what it always does, and so does a page key when the stop is far: the text in
 * between wants to be read.
 *
 * @param move goes to the next (1) or the previous (-1) stop; false when there is none
 */
export function useStopKeys(move: (direction: 1 | -1) => boolean, isNear: (direction: 1 | -1) => boolean): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (!direction || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    if (event.key.startsWith("Page") && !isNear(direction)) return;
    if (move(direction)) event.preventDefault();
  });

  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]")
  );
}
