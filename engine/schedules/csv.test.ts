/** The file form goes round: what is written is read back, for every schedule, with and without messages. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAction } from "../program/action";
import {
  actionsOf,
  type Cell,
  checkCsv,
  formatCell,
  formatCsv,
  type GeneratedKind,
  parseCell,
  parseScheduleCsv,
  type ScheduleTable,
} from "./index";
import { scheduleOf } from "./testing";

const SHAPES: [GeneratedKind, number, number, number][] = [
  ["naive", 3, 4, 2],
  ["gpipe", 4, 8, 1],
  ["1f1b", 4, 8, 1],
  ["looped-bfs", 3, 5, 3],
  ["interleaved", 4, 8, 3],
  ["zb-h1", 4, 3, 1],
  ["zb-h2", 4, 9, 1],
  ["zb1p", 4, 10, 2],
  ["zbv", 4, 6, 2],
  ["dualpipev", 4, 9, 2],
];

test.each(SHAPES)(
  "%s, p=%i m=%i v=%i: a written table is read back and is legal, with messages or without",
  (kind, p, m, v) => {
    const table = scheduleOf(kind, p, m, v);
    for (const cells of [table.cells, withMessages(table)]) {
      const text = formatCsv(cells);
      expect(parseScheduleCsv(text)).toEqual(cells);
      expect(formatCsv(parseScheduleCsv(text))).toBe(text);
      checkCsv(text);
    }
  },
);

test.each(SHAPES)("%s, p=%i m=%i v=%i: a table without one of its messages is refused", (kind, p, m, v) => {
  const cells = withMessages(scheduleOf(kind, p, m, v));
  const isMessage = (cell: Cell) => /SEND|RECV/.test(cell.kind);
  const rank = cells.findIndex((row) => row.some(isMessage));
  for (const index of cells[rank].flatMap((cell, i) => (isMessage(cell) ? [i] : [])).slice(0, 12)) {
    const without = cells.map((row, r) => (r === rank ? row.toSpliced(index, 1) : row));
    expect(() => checkCsv(formatCsv(without)), formatCell(cells[rank][index])).toThrow("which no rank runs");
  }
});

test("any cells go round, empty ones too", () => {
  const number = fc.nat({ max: 99 });
  const action = (...kinds: ("F" | "I" | "W" | "B")[]) =>
    fc.record({ stage: number, kind: fc.constantFrom(...kinds), microbatch: number });
  const message = fc.record({
    stage: number,
    kind: fc.constantFrom("SEND_F", "RECV_F", "SEND_B", "RECV_B" as const),
    microbatch: number,
  });
  const ofStage = fc.record({ stage: number, kind: fc.constantFrom("UNSHARD", "RESHARD", "REDUCE_GRAD" as const) });
  const overlap = fc.record({
    kind: fc.constant("OVERLAP_F_B" as const),
    parts: fc.tuple(action("F"), action("I", "B")),
  });
  const cell: fc.Arbitrary<Cell> = fc.oneof(action("F", "I", "W", "B"), message, ofStage, overlap);
  fc.assert(
    fc.property(cell, (one) => {
      expect(parseCell(formatCell(one))).toEqual(one);
    }),
  );
  const row = fc.tuple(fc.array(fc.option(cell)), cell).map(([cells, last]) => [...cells, last]);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (table) => {
      expect(parseScheduleCsv(formatCsv(table))).toEqual(table);
    }),
  );
});

test("spaces, quotes, a byte order mark and Windows line ends are read as PyTorch's csv module would", () => {
  const text = '\uFEFF0F0, 0B0 ,"0REDUCE_GRAD"\r\n\r\n';
  expect(parseScheduleCsv(text).map((row) => row.map(formatCell))).toEqual([["0F0", "0B0", "0REDUCE_GRAD"]]);
  expect(parseScheduleCsv(",0F0, ,0B0,")[0].map(formatCell)).toEqual(["", "0F0", "", "0B0", ""]);
});

/**
 * Writes the messages out: whoever has something for another rank sends it at once, and that rank receives it before
 * whatever it does next.
 *
 * @source torch.distributed.pipelining schedules.py, `_add_send_recv`
 */
function withMessages({ cells, stageToRank }: ScheduleTable): Cell[][] {
  const rows: Cell[][] = cells.map(() => []);
  const done = new Set<string>();
  const next = cells.map(() => 0);
  const lastStage = stageToRank.length - 1;
  const isReady = (cell: Cell) =>
    actionsOf(cell).every(({ stage, kind, microbatch }) => {
      if (kind === "F") return stage === 0 || done.has(`${stage - 1}F${microbatch}`);
      return kind === "W" || stage === lastStage || done.has(`${stage + 1}I${microbatch}`);
    });
  const run = (cell: Cell, rank: number) => {
    rows[rank].push(cell);
    for (const action of actionsOf(cell)) {
      const { stage, kind, microbatch } = action;
      done.add(formatAction(kind === "B" ? { ...action, kind: "I" } : action));
      const peer = kind === "F" ? stage + 1 : stage - 1;
      if (kind === "W" || peer < 0 || peer > lastStage || stageToRank[peer] === rank) continue;
      rows[rank].push({ stage, kind: kind === "F" ? "SEND_F" : "SEND_B", microbatch });
      rows[stageToRank[peer]].push({ stage: peer, kind: kind === "F" ? "RECV_F" : "RECV_B", microbatch });
    }
  };
  while (next.some((position, rank) => position < cells[rank].length)) {
    cells.forEach((row, rank) => {
      const cell = row[next[rank]];
      if (!cell || !isReady(cell)) return;
      run(cell, rank);
      next[rank] += 1;
    });
  }
  return rows;
}
