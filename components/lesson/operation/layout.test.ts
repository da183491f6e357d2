import { describe, expect, test } from "vitest";
import { sum } from "@/engine/base/range";
import { OPERATIONS, type OperationName } from "@/engine/collectives/operations";
import { exampleOf } from "./example";
import { layoutOperation, type OperationMarks, WIDTH_PX } from "./layout";

const names = Object.keys(OPERATIONS) as OperationName[];
const at = ({ cells }: OperationMarks, position: number, chunk: number) =>
  cells.find((cell) => cell.position === position && cell.chunk === chunk);

describe("the numbers", () => {
  test("are small, each different, and the same every time", () => {
    const { forward, backward } = exampleOf("all-reduce", 4);
    const before = forward.values[0].flat();
    expect([...before].sort((a, b) => (a as number) - (b as number))).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 1),
    );
    expect(exampleOf("all-reduce", 4).forward.values).toEqual(forward.values);
    // Copies of one gradient: the same on every device.
    for (const own of backward.values[0]) expect(own).toEqual(backward.values[0][0]);
  });

  test("add up: an all-reduce leaves the sum of each column everywhere", () => {
    const { values, sources, sent } = exampleOf("all-reduce", 4).forward;
    const sums = [0, 1, 2, 3].map((chunk) => sum(values[0].map((own) => own[chunk] as number)));
    for (const own of values[6]) expect(own).toEqual(sums);
    for (const own of sources[6]) expect(own).toEqual([0, 1, 2, 3].map(() => [0, 1, 2, 3]));
    expect(sent[3]).toEqual([3, 3, 3, 3]);
    expect(sent[6]).toEqual([6, 6, 6, 6]);
  });

  test("prove that the backward is the adjoint, for every operation", () => {
    for (const name of names) {
      const { outside, inside, numPairs, numAgreeing } = exampleOf(name, 4).check;
      expect(inside, name).toBe(outside);
      expect(numAgreeing, name).toBe(numPairs);
    }
  });
});

describe("the drawing", () => {
  test("a row a device, a column a chunk, none over another, inside the width", () => {
    const { cells, cellWidthPx, cellHeightPx, heightPx } = layoutOperation(exampleOf("all-reduce", 4).forward, 0);
    expect(cellWidthPx).toBe((WIDTH_PX - 82 - 9 - 30) / 4);
    expect(Math.max(...cells.map(({ xPx }) => xPx)) + cellWidthPx).toBeCloseTo(WIDTH_PX - 9, 9);
    expect(Math.max(...cells.map(({ yPx }) => yPx)) + cellHeightPx).toBeLessThanOrEqual(heightPx);
    expect(new Set(cells.map(({ xPx, yPx }) => `${xPx} ${yPx}`)).size).toBe(16);
  });

  test("before the first round nothing is new and nobody sends", () => {
    for (const name of names) {
      const { cells, arrows } = layoutOperation(exampleOf(name, 4).forward, 0);
      expect(arrows).toEqual([]);
      expect(cells.some(({ state }) => state === "fresh")).toBe(false);
    }
  });

  test("a reduce-scatter: in each round one cell of each device is new; in the end its own part counts, the rest is left", () => {
    const { forward } = exampleOf("reduce-scatter", 4);
    const middle = layoutOperation(forward, 2);
    expect(middle.cells.filter(({ state }) => state === "fresh")).toHaveLength(4);
    expect(middle.arrows).toHaveLength(4);
    const end = layoutOperation(forward, 3);
    for (const { position, chunk, state, sources } of end.cells) {
      expect(state).toBe(position === chunk ? "fresh" : "left");
      if (position === chunk) expect(sources).toEqual([0, 1, 2, 3]);
    }
  });

  test("a broadcast fills the rows from the top; a send leaves the sender's row over", () => {
    const { forward } = exampleOf("broadcast", 4);
    expect(at(layoutOperation(forward, 1), 1, 0)).toMatchObject({ state: "fresh", sources: [0] });
    expect(at(layoutOperation(forward, 1), 2, 0)).toMatchObject({ state: "empty", value: null });
    expect(layoutOperation(forward, 6).cells.every(({ value }) => value !== null)).toBe(true);
    const send = layoutOperation(exampleOf("send", 2).forward, 1);
    expect(send.cells.map(({ state }) => state)).toEqual(["left", "left", "fresh", "fresh"]);
  });

  test("arrows go straight down to the next device, and round beside the column from the last to the first", () => {
    const { arrows, cellWidthPx } = layoutOperation(exampleOf("all-gather", 4).forward, 1);
    const middle = 82 + cellWidthPx / 2;
    expect(arrows[0]).toMatchObject({ from: 0, to: 1, chunk: 0, path: `M${middle},62V80` });
    const closing = arrows.find(({ from }) => from === 3);
    expect(closing).toMatchObject({ to: 0, chunk: 3 });
    expect(closing?.path).toBe(`M${WIDTH_PX - 9},216H${WIDTH_PX - 2}V42H${WIDTH_PX - 9}`);
  });

  test("in an all-to-all two arrows a pair bow to different sides", () => {
    const { arrows } = layoutOperation(exampleOf("all-to-all", 4).forward, 1);
    expect(arrows).toHaveLength(4);
    const [there, back] = arrows.filter(({ from, to }) => [from, to].includes(0));
    expect(there.path).toMatch(/^M[\d.]+,[\d.]+Q[\d.]+,[\d.]+ [\d.]+,[\d.]+$/);
    const bend = (path: string) => path.split("Q")[1].split(" ")[0];
    expect(bend(there.path)).not.toBe(bend(back.path));
  });

  test("two to eight devices: every number is a number, at every round", () => {
    for (const name of names) {
      for (const size of [2, 3, 8]) {
        const { forward } = exampleOf(name, size);
        for (let round = 0; round <= forward.numRounds; round++) {
          const { arrows, cells, cellWidthPx } = layoutOperation(forward, round);
          expect(cellWidthPx).toBeGreaterThan(20);
          expect(cells).toHaveLength(size * size);
          for (const { path } of arrows) expect(path).not.toMatch(/NaN|Infinity|undefined/);
        }
      }
    }
  });
});
