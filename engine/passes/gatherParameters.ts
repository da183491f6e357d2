/**
 * Pass: ZeRO-3. Each data-parallel rank keeps only its part of a unit's parameters, so they are gathered before the
 * unit runs, forward and backward, and given back together when it has run. While one unit runs the next one's
 * parameters are already on their way, and no more than those: a gather starts when the unit before has its inputs.
 *
 * @source Rajbhandari et al. 2020, "ZeRO", arXiv:1910.02054 section 5.3; Zhao et al. 2023, "PyTorch FSDP",
 * arXiv:2304.11277 section 3.3
 */
import type { LayerUnit, Parameter } from "../model/model";
import { type Action, formatAction } from "../program/action";
import { type BufferId, type GradientGroup, type Instruction, isNodePass } from "../program/program";
import { amend, completed, type RankDraft } from "./draft";
import { insertBefore } from "./insert";
import { partSizeOf } from "./optimizerStep";

/** A run of instructions of one action in one unit. */
interface Use {
  unit: LayerUnit;
  action: Action;
  /** The first and the last of them. */
  at: number;
  last: number;
  /** The buffers that hold its parameters: a new one each time. */
  parameters: Map<string, BufferId>;
  /** What it starts from, beside its parameters. */
  inputs: Set<BufferId>;
}

/** Adds what a rank keeps between steps, and a place for each parameter while it is gathered. */
export function addParameterParts(
  draft: RankDraft,
  groups: readonly GradientGroup[],
  parameters: readonly Parameter[],
  parts: number,
): void {
  for (const { name, shape } of parameters) draft.add({ name, kind: "buffers", shape });
  for (const group of groups) {
    draft.addResident({ name: group.keptIn as string, kind: "parameters", shape: [partSizeOf(draft, group, parts)] });
  }
}

export function gatherParameters(
  draft: RankDraft,
  units: readonly LayerUnit[],
  groups: readonly GradientGroup[],
): void {
  const uses = findUses(draft, units);
  const inserts = new Map<number, Instruction[]>();
  uses.forEach((use, i) => {
    const before = uses[i - 1];
    // While the use before it runs, unless that still holds the very same parameters.
    const during = before && before.unit !== use.unit ? before : use;
    const needs = before ? [...during.inputs] : [];
    const gathers = groups
      .filter(({ parameters }) => use.unit.parameters.some(({ name }) => parameters.includes(name)))
      .map(({ name, parameters, keptIn }) =>
        completed({
          op: "allGather",
          on: name,
          stream: "comm",
          action: use.action,
          axis: "dp",
          blocks: 1,
          reads: [draft.id(keptIn as string)],
          needs,
          writes: parameters.map((parameter) => use.parameters.get(parameter) as BufferId),
        }),
      );
    inserts.set(during.at, [...(inserts.get(during.at) ?? []), ...gathers]);
  });
  insertBefore(draft, inserts);
}

/** Finds the uses in order, lets the instructions of each read that use's own buffers, and the last hold them all. */
function findUses(draft: RankDraft, units: readonly LayerUnit[]): Use[] {
  const unitOf = new Map(units.flatMap((unit) => unit.nodes.map(({ name }) => [name, unit] as const)));
  const used = new Set<LayerUnit>();
  const madeAt = new Map<BufferId, number>();
  const uses: Use[] = [];
  draft.instructions.forEach((instruction, index) => {
    const { action, writes } = instruction;
    for (const id of writes) madeAt.set(id, index);
    // The weight gradient of a linear layer does not read the weight.
    if (!isNodePass(instruction) || !action || action.kind === "W") return;
    const unit = unitOf.get(instruction.on) as LayerUnit;
    let use = uses.at(-1);
    if (use?.unit !== unit || formatAction(use.action) !== formatAction(action)) {
      const parameters = buffersFor(draft, unit, used.has(unit) ? uses.length : null);
      use = { unit, action, at: index, last: index, parameters, inputs: new Set() };
      used.add(unit);
      uses.push(use);
    }
    const { parameters, inputs, at } = use;
    const own = new Map(unit.parameters.map(({ name }) => [draft.id(name), parameters.get(name) as BufferId]));
    for (const id of instruction.reads) if ((madeAt.get(id) ?? at) < at) inputs.add(id);
    const reads = instruction.reads.map((id) => own.get(id) ?? id);
    amend(instruction, { reads });
    use.last = index;
  });
  for (const { last, parameters } of uses) {
    const instruction = draft.instructions[last] as Instruction;
    amend(instruction, { holds: [...instruction.holds, ...parameters.values()] });
  }
  return uses;
}

/** A unit's first use takes the buffers that have the parameters' own names. */
function buffersFor(draft: RankDraft, unit: LayerUnit, use: number | null): Map<string, BufferId> {
  return new Map(
    unit.parameters.map(({ name, shape }) => [
      name,
      use === null ? draft.id(name) : draft.add({ name: `${name}@${use}`, kind: "buffers", shape }),
    ]),
  );
}
