/** Why a run does not fit, in words: where and when memory runs out, by how much, and what takes most of it. */
import { type TimeFormat, timeFormat } from "@/components/marks/format";
import { kindName } from "@/components/marks/names";
import { type BytesByKind, totalBytes } from "@/engine/account";
import { formatBytes } from "@/engine/base/units";
import { MEMORY_KINDS, type MemoryKind } from "@/engine/program";
import { capacityOf, type Figure } from "../stage/state/figure";
import { type BytesExplanation, operationName } from "./explain";

/** In one line: `Device 1 runs out of memory before the step begins: 9.2 MB where 8 MB fit`. Null when all fits. */
export function outOfMemorySentence(figure: Figure): string | null {
  const { outOfMemory, scenario, trace } = figure;
  if (!outOfMemory) return null;
  const { rank, bytes } = outOfMemory;
  const [needs, has] = toldApart(bytes, capacityOf(scenario) as number);
  const when = whenOf(figure, timeFormat(scenario.costs.kind, trace.stepMs));
  return `Device ${rank + 1} runs out of memory ${when}: ${needs} where ${has} fit`;
}

/** Null when all fits. */
export function explainOutOfMemory(figure: Figure, time: TimeFormat): BytesExplanation | null {
  const { outOfMemory, scenario, profiles } = figure;
  if (!outOfMemory) return null;
  const capacity = capacityOf(scenario) as number;
  const { rank, bytes } = outOfMemory;
  const profile = profiles[rank];
  const atCrossing = profile.bytes.find((held) => totalBytes(held) > capacity) as BytesByKind;
  const fullest = profile.bytes.reduce((most, held) => (totalBytes(held) > totalBytes(most) ? held : most));
  const peak = totalBytes(fullest);
  const needs = `there it needs ${formatBytes(bytes)}, ${formatBytes(bytes - capacity)} too much`;
  const [kind, kindThen] = [largestKind(atCrossing), largestKind(fullest)];
  const largest = `the largest part is ${kindName(kind)} (${formatBytes(atCrossing[kind])})`;
  const then = kindThen === kind ? "" : `, and most of all ${kindName(kindThen)} (${formatBytes(fullest[kindThen])})`;
  const later = peak > bytes ? ` At its fullest it would hold ${formatBytes(peak)}${then}.` : "";
  return {
    what: "Why does this run not fit?",
    why: `Device ${rank + 1} has room for ${formatBytes(capacity)}, and runs out ${whenOf(figure, time)}: ${needs}; ${largest}.${later}`,
  };
}

function largestKind(held: BytesByKind): MemoryKind {
  return MEMORY_KINDS.reduce((most, kind) => (held[kind] > held[most] ? kind : most));
}

function whenOf({ outOfMemory, trace }: Figure, time: TimeFormat): string {
  if (!outOfMemory || outOfMemory.index === null) return "before the step begins";
  const { rank, index, atMs } = outOfMemory;
  return `at ${time.text(atMs)}, in ${operationName(trace.program.ranks[rank].instructions[index])}`;
}

/** Two sizes that differ, written so that they do: three figures may be too few. */
function toldApart(bytes: number, capacity: number): [string, string] {
  const texts: [string, string] = [formatBytes(bytes), formatBytes(capacity)];
  return texts[0] === texts[1] ? [`${bytes} B`, `${capacity} B`] : texts;
}
