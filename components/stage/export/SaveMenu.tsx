"use client";
/** A list of what can be saved, which opens upwards. */
import type { RefObject } from "react";
import styles from "./Save.module.css";

export interface SaveItem {
  label: string;
  save(): void | Promise<void>;
}

interface SaveMenuProps {
  items: readonly SaveItem[];
  placeRef: RefObject<HTMLDetailsElement | null>;
  onOpen?(): void;
}

export function SaveMenu({ items, placeRef, onOpen }: SaveMenuProps) {
  return (
    <details ref={placeRef} className={styles.save} onToggle={onOpen}>
      <summary>Save</summary>
      <ul>
        {items.map(({ label, save }) => (
          <li key={label}>
            <button
              type="button"
              onClick={async () => {
                await save();
                placeRef.current?.removeAttribute("open");
              }}
            >
              {label}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
