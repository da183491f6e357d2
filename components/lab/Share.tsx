"use client";
/** The lab's scenario to take away, as a link or a file, and to bring back. */
import { useId, useState } from "react";
import { asSentence } from "@/components/marks/words";
import { Refusal } from "@/engine/base/assert";
import { download } from "../stage/export/download";
import { useStageStore } from "../stage/state/useStage";
import { scenarioOfText } from "./address";
import styles from "./Lab.module.css";
import { addressOf, shownScenario, useAddress } from "./useAddress";

export function Share() {
  const store = useStageStore();
  const [said, say] = useState<string | null>(null);
  const [refusal, refuse] = useState<string | null>(null);
  const [isOpening, setOpening] = useState(false);
  useAddress(refuse);

  const copyLink = async () => {
    const address = addressOf(store.getState());
    window.history.replaceState(null, "", address);
    refuse(null);
    try {
      await navigator.clipboard.writeText(address);
      say("The link is copied.");
    } catch {
      say("This page may not copy: the link is in the address bar.");
    }
  };
  const save = () => {
    const json = `${JSON.stringify(shownScenario(store.getState()), null, 2)}\n`;
    download(new Blob([json], { type: "application/json" }), "scenario.json");
  };
  const open = (text: string) => {
    say(null);
    try {
      store.getState().setDraft(scenarioOfText(text));
      refuse(null);
      setOpening(false);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error.message);
    }
  };
  return (
    <div className={styles.share}>
      <div className={styles.buttons}>
        <button type="button" onClick={copyLink}>
          Copy link
        </button>
        <button type="button" onClick={save}>
          Save scenario (JSON)
        </button>
        <button type="button" aria-expanded={isOpening} onClick={() => setOpening(!isOpening)}>
          Open scenario
        </button>
      </div>
      {isOpening && <Opening onText={open} />}
      <p role="status">{said}</p>
      {refusal !== null && (
        <p role="alert" className={styles.notOpened}>
          {asSentence(refusal)}. The stage shows what it showed before.
        </p>
      )}
    </div>
  );
}

/** A file, or the text of one. */
function Opening({ onText }: { onText(text: string): void }) {
  const id = useId();
  const [text, setText] = useState("");
  return (
    <div className={styles.opening}>
      <label htmlFor={`${id}-file`}>From a file</label>
      <input
        id={`${id}-file`}
        type="file"
        accept=".json,application/json"
        onChange={async ({ target }) => {
          const file = target.files?.[0];
          // The same file, mended, can be chosen again.
          if (file) onText(await file.text());
          target.value = "";
        }}
      />
      <label htmlFor={`${id}-text`}>Or its JSON</label>
      <textarea
        id={`${id}-text`}
        rows={6}
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="button" onClick={() => onText(text)}>
        Open
      </button>
    </div>
  );
}
