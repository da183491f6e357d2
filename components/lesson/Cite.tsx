/** Where a fact is from: authors and year, leading to the list at the end of the lesson. */
import { SOURCES, type SourceName } from "@/content/sources";

export interface CiteProps {
  of: SourceName;
  /** The place in it: `section 2.2`. */
  at?: string;
}

export function Cite({ of, at }: CiteProps) {
  const { authors, year } = SOURCES[of];
  return (
    <a href={`#source-${of}`}>
      {authors} {year}
      {at && `, ${at}`}
    </a>
  );
}
