import { describe, expect, test } from "vitest";
import { smallFigure } from "../testing";
import { type MeasureName, readMeasure } from ".";

describe("a cube of eight devices", () => {
  const cube = smallFigure({
    model: { hidden: 8, layers: 4 },
    batch: { global: 8, micro: 2 },
    mesh: { dp: 2, pp: 2, tp: 2 },
    costs: { kind: "hardware", preset: "classroom" },
  });
  const read = (name: MeasureName, rank: number) => readMeasure(name, cube, rank).amount;

  test("a replica is held by tp x pp of them", () => {
    expect(read("devicesPerReplica", 0)).toBe(4);
  });

  test("the next of a group has the same place along the other axes, and the last is followed by the first", () => {
    expect([0, 1, 5].map((rank) => read("nextTpRank", rank))).toEqual([1, 0, 4]);
    expect([0, 2, 5].map((rank) => read("nextDpRank", rank))).toEqual([2, 0, 7]);
    expect([0, 4, 3].map((rank) => read("nextPpRank", rank))).toEqual([4, 0, 7]);
  });

  test("two micro-batches are two messages to the next stage", () => {
    expect(read("sendsPp", 0)).toBe(2);
  });

  test("the messages of all axes together are all messages", () => {
    for (const rank of [0, 7]) {
      const byAxis = (["messagesTpMs", "messagesDpMs", "messagesPpMs"] as const).map((name) => read(name, rank));
      for (const ms of byAxis) expect(ms).toBeGreaterThan(0);
      expect(byAxis[0] + byAxis[1] + byAxis[2]).toBeCloseTo(read("commMs", rank), 9);
      expect(read("exposedTpMs", rank)).toBeLessThanOrEqual(byAxis[0]);
    }
  });
});

test("what is exposed along the only axis is all that is exposed", () => {
  const pair = smallFigure({ mesh: { dp: 1, tp: 2 }, costs: { kind: "hardware", preset: "classroom" } });
  const exposedMs = readMeasure("exposedTpMs", pair).amount;
  expect(exposedMs).toBeGreaterThan(0);
  expect(exposedMs).toBeCloseTo(readMeasure("exposedCommMs", pair).amount, 9);
});
