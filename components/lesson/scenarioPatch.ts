/** A change to a scenario, as a lesson writes it: the fields that differ, the others left out. */
import { isRecord } from "@/engine/base/assert";
import type { ScenarioInput } from "@/engine/scenario";

export type Patch<T = ScenarioInput> = T extends readonly unknown[] ? T : { [K in keyof T]?: Patch<T[K]> };

type Plain = Record<string, unknown>;

/**
 * The scenario with the patch laid over it, field by field; what the patch names replaces what was there, and something
 * of another `kind` replaces the whole.
 */
export function patchScenario(scenario: ScenarioInput, patch: Patch): ScenarioInput {
  return merge(scenario as Plain, patch as Plain) as ScenarioInput;
}

function merge(base: Plain, patch: Plain): Plain {
  const merged = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    merged[key] = isRecord(value) && isRecord(before) && isSameKind(before, value) ? merge(before, value) : value;
  }
  return merged;
}

const isSameKind = (before: Plain, patch: Plain) => patch.kind === undefined || patch.kind === before.kind;

/** The patch that sets one field, named as in `gradientSync.bucketBytes`. */
export function patchOf(field: string, value: unknown): Patch {
  return field.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Patch;
}

/** The value of a field, named in the same way. */
export function fieldOf(scenario: object, field: string): unknown {
  return field.split(".").reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), scenario);
}
