/**
 * What a legal program is. A program that uses a buffer before it is made or after it is freed, leaves one behind,
 * mixes up a collective, deadlocks or lets its two streams race for a buffer is refused with a sentence that names the instruction.
 */
import { Refusal } from "../base/assert";
import { BYTES_PER_ELEMENT } from "../base/units";
import { groupOf, type MeshShape } from "../mesh/mesh";
import { isCollective, ringElements } from "./collectiveKinds";
import { issueOrder } from "./issueOrder";
import type { Collective, Instruction, Program, RankProgram } from "./program";
import { findRace } from "./races";
import { formatInstruction } from "./text";

/** @throws Refusal at the first fault */
export function validateProgram(program: Program): void {
  for (const rankProgram of new Set(program.ranks)) validateRank(rankProgram, program.ranks.indexOf(rankProgram));
  issueOrder(program);
  validateCollectives(program);
  for (const rankProgram of new Set(program.ranks)) validateWaits(rankProgram, program.ranks.indexOf(rankProgram));
}

function validateRank({ buffers, resident, instructions }: RankProgram, rank: number): void {
  const alive = new Set(resident);
  instructions.forEach((instruction, index) => {
    const fault = (what: string) =>
      new Refusal(`rank ${rank}: "${formatInstruction(instruction, index, buffers)}" ${what}`);
    const nameOf = (id: number) => buffers[id]?.name ?? `buffer ${id}`;
    const { reads, needs, holds, updates, replaces } = instruction;
    for (const id of [...reads, ...needs, ...holds, ...updates, ...replaces]) {
      if (!alive.has(id)) throw fault(`uses ${nameOf(id)}, which does not exist at that moment`);
    }
    for (const wait of instruction.waits) {
      const other = instructions[wait];
      if (!other || wait >= index) throw fault(`waits for instruction ${wait}, which does not come before it`);
      if (other.stream === instruction.stream && other.op !== "recv")
        throw fault(`waits for instruction ${wait} of its own stream`);
    }
    for (const id of instruction.replaces) alive.delete(id);
    for (const id of instruction.writes) {
      if (alive.has(id)) throw fault(`makes ${nameOf(id)}, which exists already`);
      alive.add(id);
    }
    for (const id of instruction.frees) {
      if (!alive.delete(id)) throw fault(`frees ${nameOf(id)}, which does not exist at that moment`);
    }
  });
  const residents = new Set(resident);
  for (const id of alive) {
    if (!residents.has(id)) throw new Refusal(`rank ${rank}: ${buffers[id]?.name} is made and never freed`);
  }
  for (const id of residents) {
    if (!alive.has(id))
      throw new Refusal(`rank ${rank}: ${buffers[id]?.name} must outlive the step and is freed in it`);
  }
}

function validateWaits({ buffers, instructions }: RankProgram, rank: number): void {
  const race = findRace(instructions);
  if (!race) return;
  const [first, second] = [race.first, race.second].map(
    (index) => `"${formatInstruction(instructions[index] as Instruction, index, buffers)}"`,
  );
  throw new Refusal(`rank ${rank}: ${second} does not wait for ${first}, and both use ${buffers[race.buffer]?.name}`);
}

/** The k-th collective of a group must be the same one on each of its ranks, over tensors of one size. */
function validateCollectives({ ranks, mesh }: Program): void {
  const seen = new Map<string, { rank: number; what: string }>();
  ranks.forEach((rankProgram, rank) => {
    const turns = new Map<string, number>();
    rankProgram.instructions.forEach((instruction, index) => {
      if (!isCollective(instruction)) return;
      const group = `${instruction.axis}:${groupOf(mesh, instruction.axis, rank)[0]}`;
      const turn = (turns.get(group) ?? 0) + 1;
      turns.set(group, turn);
      const what = describeCollective(instruction, rankProgram, mesh);
      const first = seen.get(`${group}#${turn}`);
      if (!first) seen.set(`${group}#${turn}`, { rank, what });
      else if (first.what !== what) {
        throw new Refusal(
          `rank ${rank}: "${formatInstruction(instruction, index, rankProgram.buffers)}" is ${what}, ` +
            `but rank ${first.rank} comes to the same collective with ${first.what}`,
        );
      }
    });
  });
}

function describeCollective(instruction: Collective, { buffers }: RankProgram, mesh: MeshShape): string {
  const { op, axis } = instruction;
  const reduction = "reduction" in instruction ? ` ${instruction.reduction}` : "";
  const blocks = "blocks" in instruction && instruction.blocks > 1 ? ` in ${instruction.blocks} blocks` : "";
  return `${op}${reduction} of ${ringElements(instruction, buffers, mesh[axis]) * BYTES_PER_ELEMENT} bytes${blocks}`;
}
