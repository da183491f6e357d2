"use client";
/** React's door to a lesson: its script and its store, and the scene that a tag stands in. */
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { useStore } from "zustand";
import { useStageStore } from "../stage/state/useStage";
import { formatAmount } from "./formatAmount";
import { createLessonStore, followStage, type LessonState, type LessonStore, scenarioKey } from "./lessonStore";
import type { Amount } from "./programValues";
import type { Script, Stop } from "./script";
import { fillPlaceholders } from "./title";
import { type MeasureName, readMeasure, readValue, type ValueArgs, type ValueName } from "./values";

const LessonContext = createContext<{ script: Script; store: LessonStore } | null>(null);

/** The scene whose scenario the values inside speak of. */
export const SceneContext = createContext<string | null>(null);

export function LessonProvider({ script, children }: { script: Script; children: ReactNode }) {
  const stage = useStageStore();
  const [store] = useState(() => createLessonStore(script, stage));
  useEffect(() => followStage(store, stage), [store, stage]);
  return <LessonContext value={{ script, store }}>{children}</LessonContext>;
}

function useLessonContext() {
  const lesson = use(LessonContext);
  if (!lesson) throw new Error("no lesson around this tag");
  return lesson;
}

export const useScript = (): Script => useLessonContext().script;
export const useLessonStore = (): LessonStore => useLessonContext().store;

/** Subscribes to a part of the lesson's state. */
export function useLesson<T>(select: (state: LessonState) => T): T {
  return useStore(useLessonStore(), select);
}

export interface StopState {
  stop: Stop;
  isCurrent: boolean;
}

export function useStop(id: string): StopState {
  const { stops } = useScript();
  const index = stops.findIndex((stop) => stop.id === id);
  return { stop: stops[index], isCurrent: useLesson(({ current }) => current === index) };
}

/** The scene named, or the one around the tag. */
export function useScene(named?: string): string {
  const around = use(SceneContext);
  const scene = named ?? around;
  if (scene === null) throw new Error("no scene around this tag");
  return scene;
}

/** A value of a scene; null while no run has told it. */
export function useAmount(of: ValueName, scene: string, args: ValueArgs): Amount | null {
  const figure = useLesson(({ figureOf }) => figureOf)(scene);
  const reports = useLesson(({ records }) => records)[scenarioKey(figure)] ?? [];
  return readValue(of, figure, reports, args);
}

/** A text with its {value} placeholders filled in for a scene. */
export function useFilled(text: string, scene: string): string {
  const figure = useLesson(({ figureOf }) => figureOf)(scene);
  return fillPlaceholders(text, (name) => formatAmount(readMeasure(name as MeasureName, figure), figure));
}
