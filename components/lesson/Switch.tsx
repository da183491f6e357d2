"use client";
/** Variants of a scene to turn between: each option is a change, and what is said of it stands under the buttons. */
import { createContext, type ReactNode, use } from "react";
import type { View } from "../stage/views";
import { SceneContext, useLesson, useLessonStore, useStop } from "./LessonContext";
import type { Place } from "./place";
import { StopFrame } from "./StopFrame";
import styles from "./Switch.module.css";
import type { Patch } from "./scenarioPatch";
import type { SwitchStop } from "./script";

export interface SwitchProps extends Partial<Pick<Place, "at" | "of" | "rank">> {
  id: string;
  /** What is turned, in a few words. */
  label: string;
  views?: readonly View[];
  /** `Option`s; the first is on at the beginning. */
  children: ReactNode;
}

/** The option that is on. */
const TurnedContext = createContext<string | null>(null);

export function Switch({ id, label, children }: SwitchProps) {
  const { stop } = useStop(id);
  const { options } = stop as SwitchStop;
  const store = useLessonStore();
  const turned = useLesson((state) => state.turned[id] ?? options[0].id);
  return (
    <StopFrame id={id} label={label} className={styles.switch}>
      <fieldset className={styles.options}>
        <legend>{label}</legend>
        {options.map((option) => (
          <button
            key={option.id}
            type="button"
            aria-pressed={option.id === turned}
            onClick={() => store.getState().turn(id, option.id)}
          >
            {option.label}
          </button>
        ))}
      </fieldset>
      <TurnedContext value={turned}>{children}</TurnedContext>
    </StopFrame>
  );
}

export interface OptionProps {
  /** Also the name of its scene. */
  id: string;
  label: string;
  /** What differs from the scene around the switch. */
  patch?: Patch;
  /** What is said of it; its values speak of the changed scenario. */
  children: ReactNode;
}

export function Option({ id, label, children }: OptionProps) {
  return (
    <div className={styles.option} data-on={use(TurnedContext) === id}>
      <p className={styles.label}>{label}</p>
      <SceneContext value={id}>{children}</SceneContext>
    </div>
  );
}
