"use client";
/** The composition of views around one cursor. Draws the store of the `StageProvider` around it. */
import type { ReactNode } from "react";

export const VIEWS = ["timeline", "memory", "training"] as const;
export type View = (typeof VIEWS)[number];

export interface StageProps {
  /** Which views stand on the stage; all of them unless said. */
  views?: readonly View[];
  /** Says what the figure shows, instead of the finding computed from the run. */
  title?: ReactNode;
  /** A sentence under the figure. */
  caption?: ReactNode;
}

export function Stage({ views = VIEWS, title, caption }: StageProps) {
  return (
    <section aria-label="Stage" data-views={views.join(" ")}>
      {title && <h2>{title}</h2>}
      {caption && <p>{caption}</p>}
    </section>
  );
}
