"use client";
/** React's door to a lesson: its script and its store, and the scene that a tag stands in. */
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { useStore } from "zustand";
import { useStageStore } from "../stage/state/useStage";
import { type Clock, clockOf, type Facts, factKey } from "./facts";
import { formatAmount } from "./formatAmount";
import { keepProgress, recallProgress } from "./keptProgress";
import { createLessonStore, followStage, type LessonState, type LessonStore } from "./lessonStore";
import type { Script, Stop } from "./script";
import { fillPlaceholders } from "./title";
import { isMeasureName, type MeasureName, readMeasure, readValue, type ValueArgs, type ValueName } from "./values";
import type { Amount } from "./values/value";

interface LessonValue {
  script: Script;
  facts: Facts;
  store: LessonStore;
  /** The stop at which the reader left the lesson last time, by its index; null on a first visit. */
  leftAt: number | null;
}

const LessonContext = createContext<LessonValue | null>(null);

/** The scene whose scenario the values inside speak of. */
export const SceneContext = createContext<string | null>(null);

interface LessonProviderProps {
  /** Under which name its progress is kept. */
  slug: string;
  script: Script;
  facts: Facts;
  children: ReactNode;
}

export function LessonProvider({ slug, script, facts, children }: LessonProviderProps) {
  const stage = useStageStore();
  const [store] = useState(() => createLessonStore(script, stage));
  const [leftAt, setLeftAt] = useState<number | null>(null);
  useEffect(() => followStage(store, stage), [store, stage]);
  useEffect(() => {
    // The page was rendered for a first visit: what was kept comes after it has woken up.
    const { current, ...done } = recallProgress(localStorage, slug, script);
    store.setState(done);
    store.getState().goTo(script.stops[store.getState().current].id);
    if (current > 0) setLeftAt(current);
    // What was kept makes the text longer: an address that names a place is gone to again.
    const place = window.location.hash.slice(1);
    if (place) requestAnimationFrame(() => document.getElementById(place)?.scrollIntoView({ block: "start" }));
    return store.subscribe((state) => keepProgress(localStorage, slug, script, state));
  }, [store, slug, script]);
  return <LessonContext value={{ script, facts, store, leftAt }}>{children}</LessonContext>;
}

function useLessonContext() {
  const lesson = use(LessonContext);
  if (!lesson) throw new Error("no lesson around this tag");
  return lesson;
}

export const useScript = (): Script => useLessonContext().script;
export const useLeftAt = (): number | null => useLessonContext().leftAt;
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
export function useAmount(of: ValueName, scene: string, { rank }: ValueArgs): Amount | null {
  const { facts } = useLessonContext();
  const { figureOf, keyOf } = useLessonStore().getState();
  const reports = useLesson(({ records }) => records)[keyOf(scene)];
  if (isMeasureName(of)) return facts[scene]?.amounts[factKey(of, rank)] ?? readMeasure(of, figureOf(scene), rank);
  return reports ? readValue(of, figureOf(scene), reports, { rank }) : null;
}

/** How a scene writes its times. */
export function useClock(scene: string): Clock {
  const { facts, store } = useLessonContext();
  return facts[scene]?.clock ?? clockOf(store.getState().figureOf(scene));
}

/** A text with its {value} placeholders filled in for a scene. */
export function useFilled(text: string, scene: string): string {
  const { facts, store } = useLessonContext();
  return fillPlaceholders(text, (name) => {
    const known = facts[scene]?.amounts[factKey(name as MeasureName)];
    const amount = known ?? readMeasure(name as MeasureName, store.getState().figureOf(scene));
    return formatAmount(amount, facts[scene]?.clock ?? clockOf(store.getState().figureOf(scene)));
  });
}
