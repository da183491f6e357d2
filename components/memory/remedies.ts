/**
 * What would make a run fit. Nothing is estimated: every change is built, timed and accounted for as the run itself was,
 * and only what then fits is said to fit.
 */
import { counted, listed } from "@/components/marks/format";
import { Refusal } from "@/engine/base/assert";
import { formatBytes } from "@/engine/base/units";
import { microbatchesPerRank, parseScenario, type Scenario, savingsOf } from "@/engine/scenario";
import { buildFigure, type Figure } from "../stage/state/figure";

/** A change, and what the fullest device then holds at most. */
export interface Tried {
  name: string;
  fits: boolean;
  peakBytes: number;
  needsDevices: boolean;
}

/** Beyond this many instructions, one try would hold the page up. */
const MOST_INSTRUCTIONS = 30_000;

/**
 * Tries one change after the other, a change a step, so that whoever asks can let the page breathe between them: each
 * kind from its mildest form to the first that fits; if none does, the strongest of those without more devices together.
 */
export function* tryRemedies(figure: Figure): Generator<Tried, void, void> {
  const { scenario } = figure;
  const strongest: { name: string; apply(scenario: Scenario): Scenario }[] = [];
  let anyFits = false;
  for (const { needsDevices, levels } of savingsOf(scenario)) {
    let last: (typeof levels)[number] | null = null;
    for (const level of levels) {
      const tried = tryChange(figure, level.name, level.apply(scenario), needsDevices);
      if (!tried) continue;
      last = level;
      yield tried;
      if (tried.fits) {
        anyFits = true;
        break;
      }
    }
    if (last && !needsDevices) strongest.push(last);
  }
  if (anyFits || strongest.length < 2) return;
  const together = strongest.reduce((changed, { apply }) => apply(changed), scenario);
  const tried = tryChange(figure, `${listed(strongest.map(({ name }) => name))} together`, together, false);
  if (tried) yield tried;
}

/** Null where the change cannot be run, or is too large to try. */
function tryChange(figure: Figure, name: string, changed: Scenario, needsDevices: boolean): Tried | null {
  if (instructionsWith(figure, changed) > MOST_INSTRUCTIONS) return null;
  try {
    const { outOfMemory, devices } = buildFigure(parseScenario(changed));
    const peakBytes = Math.max(...devices.map(({ peakBytes: { total } }) => total));
    return { name, fits: outOfMemory === null, peakBytes, needsDevices };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** About as many as now for every micro-batch and device. */
function instructionsWith({ trace, scenario }: Figure, changed: Scenario): number {
  const now = trace.program.ranks.reduce((total, { instructions }) => total + instructions.length, 0);
  const work = (one: Scenario) => microbatchesPerRank(one) * one.mesh.dp * one.mesh.tp;
  return now * (work(changed) / work(scenario));
}

/** All that was tried, in a sentence or two. */
export function remediesSentence(tried: readonly Tried[]): string {
  const fitting = tried.filter(({ fits }) => fits);
  if (fitting.length > 0) {
    const named = (more: boolean) =>
      fitting
        .filter(({ needsDevices }) => needsDevices === more)
        .map(({ name, peakBytes }) => `with ${name} (${formatBytes(peakBytes)} at most)`);
    return `It would fit ${[...named(false), ...named(true).map((name) => `on more devices ${name}`)].join(", or ")}.`;
  }
  const [first, ...others] = tried;
  if (!first) return "No smaller form of it could be tried.";
  const nearest = others.reduce((best, one) => (one.peakBytes < best.peakBytes ? one : best), first);
  const bytes = `${formatBytes(nearest.peakBytes)} at most`;
  return `Of ${counted(tried.length, "change")} tried none makes it fit; nearest comes ${nearest.name}, with ${bytes}.`;
}
