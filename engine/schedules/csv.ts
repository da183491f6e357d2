/**
 * The file form of a schedule: a line for each rank, a comma between fields, as PyTorch writes and reads it.
 *
 * @source torch.distributed.pipelining schedules.py, `_load_csv` and `_dump_csv`
 */
import { Refusal } from "../base/assert";
import { type Cell, type CellTable, formatCell, parseCell } from "./cell";
import { ScheduleRefusal } from "./fault";

/**
 * Reads the text of a table. Empty lines at the end are left out; what the table means is not checked.
 *
 * @throws ScheduleRefusal at the first field that is not a cell
 */
export function parseScheduleCsv(text: string): (Cell | null)[][] {
  const body = text.replace(/^\uFEFF/, "").trimEnd();
  if (body === "") return [];
  return body
    .split(/\r?\n/)
    .map((line, rank) =>
      line.trim() === "" ? [] : line.split(",").map((field, position) => parseField(unquoted(field), rank, position)),
    );
}

/** Writes a table; `parseScheduleCsv` reads it back. */
export function formatCsv(table: CellTable): string {
  return table.map((row) => `${row.map(formatCell).join(",")}\n`).join("");
}

/** @throws ScheduleRefusal when the text is not a cell */
export function parseField(text: string, rank: number, position: number): Cell | null {
  try {
    return parseCell(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new ScheduleRefusal({ rank, position, cell: text.trim() }, `cannot be read: ${error.message}`);
  }
}

const unquoted = (field: string) => field.trim().replace(/^"(.*)"$/, "$1");
