import { expect, test } from "vitest";
import { buildProgram } from "../passes";
import { parseScenario, SCHEDULE_KINDS } from "../scenario";
import {
  formatActions,
  formatRankProgram,
  type Instruction,
  issueOrder,
  type Program,
  parseActions,
  parseRankProgram,
  type RankProgram,
  validateProgram,
} from ".";

const gpt = { kind: "gpt", layers: 2, hidden: 16, heads: 2, seq: 4, vocab: 8 };
const mlp = { kind: "mlp", inputs: 2, hidden: 8, layers: 3, classes: 3 };
const build = (extra: object = {}) =>
  buildProgram(
    parseScenario({
      model: mlp,
      batch: { global: 8, micro: 2 },
      mesh: { dp: 2 },
      gradientSync: { bucketBytes: 100 },
      optimizer: { kind: "adamw", lr: 0.1 },
      ...extra,
    }),
  );

/** The program with one rank's instructions edited. */
function edited(program: Program, rank: number, edit: (instructions: Instruction[]) => Instruction[]): Program {
  const ranks = program.ranks.map((own, r) =>
    r === rank ? { ...own, instructions: edit([...own.instructions]) } : own,
  );
  return { ...program, ranks };
}

const withoutWaits = (instruction: Instruction): Instruction => ({ ...instruction, waits: [] });

test.each([
  { model: mlp },
  { model: gpt },
  { mesh: { dp: 1 } },
  { gradientSync: { overlap: false } },
  { mesh: { pp: 2, tp: 2 }, model: gpt, optimizer: { kind: "sgd", lr: 1, clip: 1 } },
])("a program is legal, and its text reads back as the same program: %j", (extra) => {
  const program = build(extra);
  expect(() => validateProgram(program)).not.toThrow();
  const rank = program.ranks[0] as RankProgram;
  expect(parseRankProgram(formatRankProgram(rank))).toEqual(rank);
});

test.each(SCHEDULE_KINDS.flatMap((kind) => [0, 1, 2, 3].map((zero) => [kind, zero] as const)))(
  "%s, ZeRO-%i, on three axes: every instruction waits for all that it must",
  (kind, zero) => {
    const virtual = kind === "looped-bfs" || kind === "interleaved" ? { virtual: 2 } : {};
    const layout = { mesh: { dp: 2, pp: 2, tp: 2 }, zero, sequenceParallel: true, recompute: "full" };
    const model = { ...gpt, layers: 4 };
    const batch = { global: 16, micro: 2 };
    expect(() => validateProgram(build({ ...layout, model, batch, schedule: { kind, ...virtual } }))).not.toThrow();
  },
);

test("actions read back from PyTorch's text form", () => {
  const text = "0F0 1F12 3I1 2W0 1B7";
  expect(formatActions(parseActions(text))).toBe(text);
  expect(() => parseActions("0F0 0X1")).toThrow('"0X1" is not an action');
});

test("ranks that do the same on other data share one program", () => {
  const { ranks } = build({ mesh: { dp: 4 } });
  expect(new Set(ranks).size).toBe(1);
});

test("a collective that one rank never joins is a deadlock, with the instruction that waits", () => {
  const program = edited(build(), 1, (instructions) => {
    const last = instructions.findLastIndex(({ op }) => op === "allReduce");
    return instructions.filter((_, index) => index !== last).map(withoutWaits);
  });
  expect(() => issueOrder(program)).toThrow(
    /deadlock: rank 0 waits at "\d+ allReduce bucket\d .*" for rank 1 to join it/,
  );
});

test("two ranks that reduce in another order are refused, naming both", () => {
  const program = edited(build(), 1, (instructions) => {
    const [a, b] = instructions.flatMap(({ op }, index) => (op === "allReduce" ? [index] : []));
    const swapped = [...instructions].map(withoutWaits);
    swapped[a as number] = withoutWaits(instructions[b as number] as Instruction);
    swapped[b as number] = withoutWaits(instructions[a as number] as Instruction);
    return swapped;
  });
  expect(() => validateProgram(program)).toThrow(/rank 1: "\d+ allReduce/);
});

test("using a buffer that is gone, or not there yet, is refused with its name", () => {
  const early = edited(build(), 0, (instructions) => {
    const backward = instructions.findIndex(({ op }) => op === "inputGrad");
    return [instructions[backward] as Instruction, ...instructions];
  });
  expect(() => validateProgram(early)).toThrow(/rank 0: "0 inputGrad loss .*" uses loss.probs#0, which does not exist/);
});

test("a message that is never sent is a deadlock, told by the rank that waits for it, not by those that wait for that rank", () => {
  const program = build({ mesh: { dp: 1, pp: 2 } });
  const silent = edited(program, 0, (instructions) => {
    const first = instructions.findIndex(({ op }) => op === "send");
    return instructions.filter((_, index) => index !== first).map(withoutWaits);
  });
  expect(() => issueOrder(silent)).toThrow(/deadlock: rank 1 waits at "\d+ recv .* 1F0 .* for rank 0 to send it/);
});

test("two streams that use a buffer without a wait between them are refused, naming both instructions", () => {
  const hasty = edited(build(), 0, (instructions) =>
    instructions.map((one) => (one.op === "sumSquares" ? withoutWaits(one) : one)),
  );
  expect(() => validateProgram(hasty)).toThrow(
    /rank 0: "\d+ sumSquares .*" does not wait for "\d+ allReduce bucket\d .*", and both use grad:bucket\d/,
  );
});

test("two ranks that cut one collective differently are refused", () => {
  const program = build({ zero: 2 });
  const recut = edited(program, 1, (instructions) =>
    instructions.map((one) => (one.op === "reduceScatter" ? { ...one, blocks: 2 } : one)),
  );
  expect(() => validateProgram(recut)).toThrow(/rank 1: .* in 2 blocks, but rank 0 comes to the same collective with/);
});

test("a buffer that is made and never freed is refused", () => {
  const leaky = edited(build(), 0, (instructions) =>
    instructions.map((instruction) => (instruction.op === "report" ? { ...instruction, frees: [] } : instruction)),
  );
  expect(() => validateProgram(leaky)).toThrow(/rank 0: loss#0 is made and never freed/);
});
