import { describe, expect, test } from "vitest";
import { isCollective } from "@/engine/program";
import { messageOf, spansOf } from "@/engine/trace";
import { RUNS, type Run } from "@/engine/trace/testing";
import { momentSentence, reasonFor } from "./sentences";

const runOf = (name: string) => RUNS.find((run) => run.name === name) as Run;
const plain = (text: string) => text.replaceAll("\u00a0", " ");

function reasonsOf(name: string): Map<string, Set<string>> {
  const reasons = new Map<string, Set<string>>();
  const { program } = runOf(name).trace;
  program.ranks.forEach((rankProgram) => {
    for (const instruction of rankProgram.instructions) {
      if (instruction.op !== "send" && !isCollective(instruction)) continue;
      const key = `${instruction.op} ${instruction.action?.kind ?? "none"}`;
      reasons.set(key, (reasons.get(key) ?? new Set()).add(reasonFor(instruction, rankProgram)));
    }
  });
  return reasons;
}

test("a message forward and one backward have each their own reason", () => {
  const reasons = reasonsOf("1f1b, unit");
  expect([...(reasons.get("send F") ?? [])]).toEqual(["the next stage works on what this one has made"]);
  expect([...(reasons.get("send B") ?? [])]).toEqual([
    "the stage before goes back with the gradients that this one has found",
  ]);
});

test("gathering parameters that are kept in parts is no matter of agreeing, averaging gradients is one of samples", () => {
  for (const name of ["ZeRO 1, unit", "ZeRO 2, unit", "ZeRO 3, unit"]) {
    const all = [...reasonsOf(name)]
      .filter(([key]) => key.startsWith("allGather"))
      .flatMap(([, reasons]) => [...reasons]);
    expect(new Set(all)).toEqual(
      new Set(["each keeps or updates only a part of these parameters, and all are needed"]),
    );
  }
  expect([...(reasonsOf("dp 4, unit").get("allReduce none") ?? [])]).toEqual([
    "each has found these gradients on samples of its own",
  ]);
});

test("within a layer each has a part of the sum", () => {
  expect([...(reasonsOf("tp 4, unit").get("allReduce F") ?? [])]).toContain("each has found only a part of the sum");
});

describe.each(["gpipe, fixed", "1f1b, hardware", "zbv, fixed"])("%s", (name) => {
  test("who receives is told what and from whom", () => {
    const { trace } = runOf(name);
    const sends = spansOf(trace, 1, "comm").filter(({ instruction }) => instruction.op === "send");
    for (const span of sends) {
      const atMs = (span.startMs + span.endMs) / 2;
      const [message] = messageOf(trace, span, atMs);
      const sentence = plain(momentSentence(trace, message.to, atMs, [message]));
      expect(sentence).toContain("It receives 64 B of ");
      expect(sentence).toContain("from device 2 (along pp)");
      expect(sentence).not.toContain("It sends nothing");
    }
  });
});
