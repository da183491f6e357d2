/** Text between the figures that wants to be read at rest: a stop of its own, at which the stage stays as it is. */
import type { ReactNode } from "react";
import { StopFrame } from "./StopFrame";

export function Passage({ id, children }: { id: string; children: ReactNode }) {
  return <StopFrame id={id}>{children}</StopFrame>;
}
