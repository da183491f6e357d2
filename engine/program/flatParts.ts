/**
 * Where parameters lie in the flat tensor of their gradient group, and which part of it each data-parallel rank keeps:
 * the cut that ZeRO makes, read from the program.
 */
import { product } from "../base/range";
import type { GradientGroup, MemoryKind, RankProgram } from "./program";

export interface FlatRange {
  from: number;
  to: number;
}

/** Where each parameter of a group lies, in elements; the last one's end is the group's size without padding. */
export function flatLayout(group: GradientGroup, sizeOf: (parameter: string) => number): Map<string, FlatRange> {
  const ranges = new Map<string, FlatRange>();
  let end = 0;
  for (const name of group.parameters) {
    ranges.set(name, { from: end, to: end + sizeOf(name) });
    end += sizeOf(name);
  }
  return ranges;
}

/** The part of a flat tensor that a rank keeps, of so many equal parts; the last ones may be padding. */
export function partRange(elements: number, part: number, parts: number): FlatRange {
  const size = Math.ceil(elements / parts);
  return { from: Math.min(elements, part * size), to: Math.min(elements, (part + 1) * size) };
}

/** What of a group a rank keeps only its part of, between the moment it is found and the moment it is used. */
export function kindsInParts({ buffers }: RankProgram, group: GradientGroup, elements: number, parts: number) {
  if (parts < 2) return [];
  const ofGroup = buffers.filter(({ name }) => name.endsWith(`:${group.name}`));
  const kept: MemoryKind[] = group.keptIn === null ? [] : ["parameters"];
  const sizes = (kind: MemoryKind) =>
    ofGroup.filter((buffer) => buffer.kind === kind).map(({ shape }) => product(shape));
  for (const kind of ["gradients", "optimizer"] as const) {
    const found = sizes(kind);
    if (found.length > 0 && found.every((size) => size < elements)) kept.push(kind);
  }
  return kept;
}
