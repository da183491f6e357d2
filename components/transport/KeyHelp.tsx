"use client";
/** The list of keys, over the stage until it is put away. */
import { useEffect, useRef } from "react";
import styles from "./KeyHelp.module.css";
import { KEY_HELP, TIMELINE_KEY_HELP } from "./keys";

export function KeyHelp({ onClose }: { onClose(): void }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    ref.current?.focus();
    return () => before?.focus?.();
  }, []);
  return (
    <div
      role="dialog"
      aria-label="Keys"
      className={styles.help}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <Keys title="Everywhere on the stage" rows={KEY_HELP} />
      <Keys title="On the timeline" rows={TIMELINE_KEY_HELP} />
      <button ref={ref} type="button" onClick={onClose}>
        Close
      </button>
    </div>
  );
}

function Keys({ title, rows }: { title: string; rows: typeof KEY_HELP }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {rows.map(({ keys, does }) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
