/** What to take along, at the end. */
import type { ReactNode } from "react";
import { StopFrame } from "./StopFrame";

/** Its name in a lesson's script and address: there is one. */
export const RECAP_ID = "recap";

export function Recap({ children }: { children: ReactNode }) {
  return (
    <StopFrame id={RECAP_ID} label="Recap">
      <h2>Recap</h2>
      {children}
    </StopFrame>
  );
}
