import type { BufferId, Instruction } from "../program/program";

/** For each buffer, the last instruction that made or changed it. */
export function lastChange(instructions: readonly Instruction[]): Map<BufferId, number> {
  const last = new Map<BufferId, number>();
  instructions.forEach(({ writes, updates }, index) => {
    for (const id of [...writes, ...updates]) last.set(id, index);
  });
  return last;
}
