/**
 * Ways to spread a model, to be checked against one device: each form of parallelism alone, in pairs and in triples,
 * with values that take turns.
 */
import { Refusal } from "../base/assert";
import { range } from "../base/range";
import { buildProgram } from "../passes";
import { parseScenario, type ScenarioInput } from "../scenario";
import { divisors } from "../scenario/legality";
import { SCHEDULE_KINDS, type ScheduleKind } from "../scenario/schema";

export type Layout = Pick<
  ScenarioInput,
  "mesh" | "schedule" | "zero" | "recompute" | "sequenceParallel" | "batch" | "gradientSync"
>;

type Mode = { dp: number } | { pp: number } | { tp: number } | Partial<Layout>;

const schedule = (kind: ScheduleKind): Mode => {
  const loops = kind === "looped-bfs" || kind === "interleaved";
  return { schedule: { kind, ...(loops ? { virtual: 2 } : {}) } };
};

/** Values of each form, by which a layout differs from one device. */
const FORMS: Mode[][] = [
  [{ dp: 2 }, { dp: 4 }, { dp: 3 }],
  [{ pp: 2 }, { pp: 4 }, { pp: 3 }],
  [{ tp: 2 }, { tp: 4 }, { tp: 3 }],
  [{ zero: 1 }, { zero: 2 }, { zero: 3 }],
  SCHEDULE_KINDS.map(schedule),
  [{ recompute: "full" }, { recompute: "selective" }],
  [{ sequenceParallel: true }],
  [{ gradientSync: { overlap: false, bucketBytes: 2000 } }],
];

/**
 * All layouts that a model and its batch allow, in a fixed order, none twice: every form alone, in pairs and, unless
 * only pairs are wanted, in triples.
 */
export function layoutsOf(input: ScenarioInput, { together = 3 }: { together?: 2 | 3 } = {}): Layout[] {
  const singles = FORMS.flat().map((mode) => [mode]);
  const pairs = combinations(FORMS.length, 2).flatMap((forms, turn) => range(2).map((i) => pick(forms, turn + i)));
  const triples = combinations(FORMS.length, 3).map((forms, turn) => pick(forms, turn));
  const seen = new Map<string, Layout>();
  for (const modes of [...singles, ...pairs, ...(together === 3 ? triples : [])]) {
    const layout = layoutOf(input, modes);
    if (isLegal({ ...input, ...layout })) seen.set(JSON.stringify(layout), layout);
  }
  return [...seen.values()];
}

/** Whether a scenario is not refused; any other fault is thrown. */
export function isLegal(input: ScenarioInput): boolean {
  try {
    buildProgram(parseScenario(input));
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** The form's value whose turn it is. */
const pick = (forms: number[], turn: number): Mode[] =>
  forms.map((form) => FORMS[form]?.[(turn + form) % (FORMS[form]?.length ?? 1)] as Mode);

/** All ways to choose `size` of the first `count` numbers, ascending. */
function combinations(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return range(count - from)
    .map((i) => i + from)
    .flatMap((first) => combinations(count, size - 1, first + 1).map((rest) => [first, ...rest]));
}

/** Puts modes together; a form that needs an axis gets two ranks of it, and a pipeline enough micro-batches. */
function layoutOf({ batch }: ScenarioInput, modes: readonly Mode[]): Layout {
  const { dp, pp, tp, ...rest }: Layout & { dp?: number; pp?: number; tp?: number } = Object.assign({}, ...modes);
  const mesh = {
    dp: dp ?? (rest.zero ? 2 : 1),
    pp: pp ?? (rest.schedule ? 2 : 1),
    tp: tp ?? (rest.sequenceParallel ? 2 : 1),
  };
  const global = batch?.global as number;
  const perRank = Math.max(1, Math.floor(global / mesh.dp));
  const enough = mesh.pp > 1 ? 2 * mesh.pp : 2;
  const micro = divisors(perRank).findLast((size) => perRank / size >= enough) ?? 1;
  return { ...rest, mesh, batch: { global, micro } };
}

/** A layout in a few words: `dp2 pp2 zbv zero3`. */
export function describeLayout({
  mesh,
  schedule,
  zero,
  recompute,
  sequenceParallel,
  batch,
  gradientSync,
}: Layout): string {
  const axes = (["dp", "pp", "tp"] as const)
    .filter((axis) => (mesh?.[axis] ?? 1) > 1)
    .map((axis) => `${axis}${mesh?.[axis]}`);
  return [
    ...axes,
    ...(schedule ? [schedule.kind] : []),
    ...(zero ? [`zero${zero}`] : []),
    ...(recompute ? [`recompute-${recompute}`] : []),
    ...(sequenceParallel ? ["sequence"] : []),
    ...(gradientSync ? ["no-overlap"] : []),
    `micro${batch?.micro}`,
  ].join(" ");
}
