"use client";
/** A group of steps about one scenario. */
import type { ReactNode } from "react";
import { SceneContext } from "./LessonContext";
import type { Patch } from "./scenarioPatch";

export interface SceneProps {
  id: string;
  /** What its figure shows, in a line; {stepMs} and the like stand for values. */
  title: string;
  /** Another scenario than the lesson's, by name. */
  scenario?: string;
  /** What differs from that scenario. */
  patch?: Patch;
  children: ReactNode;
}

export function Scene({ id, children }: SceneProps) {
  return <SceneContext value={id}>{children}</SceneContext>;
}
