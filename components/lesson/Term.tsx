/** A word where it is introduced; the end of the lesson lists them with their meanings. */
import type { ReactNode } from "react";
import type { GlossaryTerm } from "@/content/glossary";

export interface TermProps {
  of: GlossaryTerm;
  /** The word as this sentence needs it. */
  children: ReactNode;
}

export function Term({ children }: TermProps) {
  return <dfn>{children}</dfn>;
}
