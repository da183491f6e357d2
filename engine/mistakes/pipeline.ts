/** Mistakes between pipeline ranks: the order of their work, and their messages. */

import { coordsOf } from "../mesh/mesh";
import type { Action, Instruction, Program, Recv } from "../program";
import { microbatchesPerRank, type ScenarioInput } from "../scenario";
import { type Edit, onRanks, without } from "./edits";
import { inProgram, inSchedule, type Mistake } from "./mistake";

const twoStages = {
  model: { kind: "mlp", inputs: 4, hidden: 8, layers: 4, classes: 3 },
  optimizer: { kind: "sgd", lr: 0.5 },
  batch: { global: 8, micro: 2 },
  mesh: { pp: 2 },
  steps: 3,
} satisfies ScenarioInput;

export const weightsFirst: Mistake = {
  name: "weights-first",
  title: "A weight gradient is computed before the input gradient of the same micro-batch",
  consequence: "the schedule is refused: W needs the gradients that I makes on its way",
  scenario: { ...twoStages, schedule: { kind: "zb-h1" } },
  applies: ({ schedule }) => schedule.kind === "zb-h1" || schedule.kind === "zb-h2" || schedule.kind === "zb1p",
  make: inSchedule((ranks) =>
    ranks.map((actions): Action[] => {
      const first = actions.findIndex(({ kind }) => kind === "I");
      const input = actions[first] as Action;
      const isItsWeights = ({ kind, stage, microbatch }: Action) =>
        kind === "W" && stage === input.stage && microbatch === input.microbatch;
      const weights = actions.findIndex(isItsWeights);
      return actions.with(first, actions[weights] as Action).with(weights, input);
    }),
  ),
};

export const sendForgotten: Mistake = {
  name: "send-forgotten",
  title: "A message is not sent",
  consequence: "the program is refused: the next device would wait for ever",
  scenario: twoStages,
  applies: ({ mesh }) => mesh.pp > 1,
  make: inProgram((program) => onPipelineRank(program, 0, withoutOne("send"))),
};

export const receiveForgotten: Mistake = {
  name: "receive-forgotten",
  title: "A message is sent and not received",
  consequence: "the program is refused: what has arrived is never taken, and the next device has nothing to start from",
  scenario: twoStages,
  applies: ({ mesh }) => mesh.pp > 1,
  make: inProgram((program) => onPipelineRank(program, 1, withoutOne("recv"))),
};

/** A queue between two ranks has no labels: what is received is what was sent next, whatever it is taken for. */
export const messagesSwapped: Mistake = {
  name: "messages-swapped",
  title: "A stage takes the messages of two micro-batches for each other",
  consequence: "it compares the outputs of one micro-batch with the targets of another",
  scenario: twoStages,
  applies: (scenario) =>
    scenario.mesh.pp > 1 && microbatchesPerRank(scenario) > 1 && scenario.schedule.kind !== "naive",
  make: inProgram((program) =>
    onPipelineRank(program, 1, (instructions) => {
      const [first, second] = instructions.filter((one): one is Recv => one.op === "recv") as [Recv, Recv];
      const swapped: Instruction[] = [
        { ...first, writes: second.writes },
        { ...second, writes: first.writes },
      ];
      return instructions.flatMap((one) => (one === first ? swapped : one === second ? [] : [one]));
    }),
  ),
};

function onPipelineRank(program: Program, pp: number, edit: Edit): Program {
  return onRanks(program, (rank) => coordsOf(program.mesh, rank).pp === pp, edit);
}

/** Without the first instruction of a kind. */
function withoutOne(op: Instruction["op"]): Edit {
  return (instructions, own) => {
    const first = instructions.find((one) => one.op === op);
    return without((one) => one === first)(instructions, own);
  };
}
