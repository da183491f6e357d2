/**
 * A mistake: a way to set up a scenario's training wrongly, as people do. It changes what the ranks are told to do, as
 * data, and nothing in the engine knows of it. So what it costs is not claimed but run: either the program is refused,
 * or its numbers leave those of one device.
 */
import { invariant } from "../base/assert";
import type { Model } from "../model/model";
import { describeRankModel } from "../model/tensorParallel";
import { type BuiltProgram, buildActions, buildProgram } from "../passes";
import { type Action, formatActions, type Program } from "../program";
import type { Scenario, ScenarioInput } from "../scenario";

export interface Mistake {
  name: string;
  /** What is done wrong, in a sentence. */
  title: string;
  /** What comes of it, in a sentence. */
  consequence: string;
  /** The smallest training that shows it. */
  scenario: ScenarioInput;
  /** Can it be made in this scenario? Where it can be made it may still hide: see each mistake. */
  applies(scenario: Scenario): boolean;
  /**
   * The training with the mistake in it.
   *
   * @throws Refusal when it is refused as early as that
   */
  make(scenario: Scenario): BuiltProgram;
}

/** A mistake in what the ranks do. */
export function inProgram(change: (program: Program, scenario: Scenario) => Program): Mistake["make"] {
  return (scenario) => {
    const model = describeRankModel(scenario);
    const right = buildProgram(scenario, model);
    const program = change(right, scenario);
    invariant(textOf(program) !== textOf(right), "a mistake changes something where it applies");
    return { model, program };
  };
}

const textOf = ({ ranks }: Program) => JSON.stringify([...new Set(ranks)]);

/** A mistake in how the layers are cut. */
export function inModel(change: (model: Model, scenario: Scenario) => Model): Mistake["make"] {
  return (scenario) => {
    const model = change(describeRankModel(scenario), scenario);
    return { model, program: buildProgram(scenario, model) };
  };
}

/** A mistake in the order of a pipeline's work. */
export function inSchedule(change: (ranks: readonly Action[][]) => Action[][]): Mistake["make"] {
  return (scenario) => {
    const { ranks, stageToRank } = buildActions(scenario);
    const schedule = { kind: "custom", ranks: change(ranks).map(formatActions), stageToRank } as const;
    const model = describeRankModel(scenario);
    return { model, program: buildProgram({ ...scenario, schedule }, model) };
  };
}
