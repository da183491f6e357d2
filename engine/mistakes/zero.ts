/** Mistakes where each replica keeps only its part: of optimizer state, gradients or parameters. */
import { type BufferId, type Instruction, ringElements } from "../program";
import { divisors, type ScenarioInput } from "../scenario";
import { each, onAllRanks, withoutFirst } from "./edits";
import { inProgram, type Mistake } from "./mistake";

const twoParts = {
  model: { kind: "mlp", inputs: 4, hidden: 8, layers: 3, classes: 3 },
  optimizer: { kind: "adamw", lr: 0.03 },
  batch: { global: 8, micro: 4 },
  mesh: { dp: 2 },
  zero: 1,
  steps: 3,
} satisfies ScenarioInput;

export const staleParameters: Mistake = {
  name: "stale-parameters",
  title: "With ZeRO-1 or 2, the new parameters of one layer are not gathered after the optimizer",
  consequence: "the layer keeps its old parameters: each rank has found new values for its part, and nobody takes them",
  scenario: twoParts,
  applies: ({ mesh, zero }) => mesh.dp > 1 && (zero === 1 || zero === 2),
  make: inProgram((program) =>
    onAllRanks(
      program,
      withoutFirst(({ op, action }) => op === "allGather" && action === undefined),
    ),
  ),
};

/** Two cuts of one tensor: into a part a rank, or each of some blocks into such parts. The sizes are the same. */
export const cutDifferently: Mistake = {
  name: "cut-differently",
  title: "The gradients are cut into other parts than the parameters",
  consequence: "a rank updates its parameters with gradients that belong to another rank's",
  scenario: twoParts,
  applies: ({ mesh, zero }) => mesh.dp > 1 && zero > 0,
  make: inProgram((program) =>
    onAllRanks(
      program,
      each((one, { buffers }) => {
        if (one.op !== "reduceScatter" || one.axis !== "dp") return one;
        const partSize = ringElements(one, buffers, program.mesh.dp) / program.mesh.dp;
        return { ...one, blocks: divisors(partSize)[1] ?? 1 };
      }),
    ),
  ),
};

export const notGatheredAgain: Mistake = {
  name: "not-gathered-again",
  title: "With ZeRO-3, parameters are not gathered again for the backward pass",
  consequence: "the program is refused: forward has given them back",
  scenario: { ...twoParts, zero: 3 },
  applies: ({ mesh, zero }) => mesh.dp > 1 && zero === 3,
  make: inProgram((program) =>
    onAllRanks(
      program,
      (instructions, { buffers }) => {
        const inForward = new Map<string, BufferId>();
        const instead = new Map<BufferId, BufferId>();
        const nameOf = (id: BufferId) => (buffers[id]?.name ?? "").replace(/@\d+$/, "");
        const kept = instructions.filter((one) => {
          if (one.op !== "allGather" || !one.action) return true;
          for (const id of one.writes) {
            if (one.action.kind === "F") inForward.set(nameOf(id), id);
            else instead.set(id, inForward.get(nameOf(id)) as BufferId);
          }
          return one.action.kind === "F";
        });
        const own = (ids: readonly BufferId[]) => ids.map((id) => instead.get(id) ?? id);
        return kept.map((one): Instruction => ({ ...one, reads: own(one.reads), frees: own(one.frees) }));
      },
      "waits",
    ),
  ),
};
