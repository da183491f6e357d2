"use client";
/** A paragraph or few that move the stage to an instruction of the trace when the reader comes to them. */
import type { ReactNode } from "react";
import type { View } from "../stage/views";
import { useStop } from "./LessonContext";
import type { Place } from "./place";
import { RunLine } from "./RunLine";
import { StopFrame } from "./StopFrame";

export interface StepProps extends Place {
  id: string;
  /** What stands on the stage, if not what the lesson says. */
  views?: readonly View[];
  /** Closes the window in on the instruction. */
  zoom?: boolean;
  /** Draws the chain of operations that makes the step as long as it is. */
  criticalPath?: boolean;
  /** The parameter that the shards show large. */
  parameter?: string;
  children: ReactNode;
}

export function Step({ id, children }: StepProps) {
  const { stop } = useStop(id);
  return (
    <StopFrame id={id}>
      {children}
      {stop.needsRun && <RunLine stop={stop} />}
    </StopFrame>
  );
}
