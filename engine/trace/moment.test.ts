import { describe, expect, test } from "vitest";
import { sum } from "../base/range";
import { AXES } from "../mesh/mesh";
import { buildProgram } from "../passes";
import { parseScenario, type ScenarioInput } from "../scenario";
import { costsOf, simulate } from "../simulate";
import { messageOf, messagesAt, workAt } from "./moment";
import { trafficOf } from "./sentBytes";
import { spansOf } from "./trace";

const base: ScenarioInput = {
  model: { kind: "gpt", layers: 2, hidden: 16, heads: 4, seq: 8, vocab: 16 },
  batch: { global: 16, micro: 2 },
  mesh: { dp: 2, pp: 2, tp: 2 },
  schedule: { kind: "1f1b" },
};

describe.each<ScenarioInput["costs"]>([{ kind: "hardware", preset: "classroom" }, { kind: "unit" }])("%j", (costs) => {
  const scenario = parseScenario({ ...base, costs });
  const trace = simulate(buildProgram(scenario), costsOf(scenario));

  test("what a device computes at a time is the span that covers it", () => {
    trace.program.ranks.forEach((_, rank) => {
      for (const { startMs, endMs, index } of spansOf(trace, rank, "compute")) {
        if (endMs > startMs) expect(workAt(trace, rank, (startMs + endMs) / 2)?.index).toBe(index);
      }
    });
    expect(workAt(trace, 4, 0)).toBeNull();
  });

  test("the messages of a rank add up to what it sends, axis by axis", () => {
    trace.program.ranks.forEach((_, rank) => {
      const messages = spansOf(trace, rank, "comm").flatMap((span) => messageOf(trace, span, span.startMs));
      const sent = trafficOf(trace.program, rank).sentBytes;
      for (const axis of AXES) {
        expect(sum(messages.filter((message) => message.axis === axis).map(({ bytes }) => bytes))).toBe(sent[axis]);
      }
    });
  });

  test("each message is found under way in its own middle, half done or passing in an instant", () => {
    const spans = spansOf(trace, 1, "comm").filter(({ instruction }) => instruction.op !== "recv");
    for (const span of spans) {
      const atMs = (span.startMs + span.endMs) / 2;
      const own = messagesAt(trace, atMs).filter(({ from, on }) => from === 1 && on === span.instruction.on);
      expect(own.length).toBeGreaterThan(0);
      for (const { to, progress, bytes } of own) {
        expect(to).not.toBe(1);
        expect(bytes).toBeGreaterThan(0);
        expect(progress).toBeCloseTo(span.endMs > span.startMs ? 0.5 : 1, 9);
      }
    }
  });
});
