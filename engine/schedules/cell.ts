/**
 * Cells: what one field of a schedule's table says, in PyTorch's words.
 *
 * An action (`2F0`), a message (`2SEND_F0`, `3RECV_F0`: both name the stage that does it), something done to a whole
 * stage's parameters (`2UNSHARD`, `2RESHARD`, `2REDUCE_GRAD`), or a forward and a backward run as one
 * (`(0F3;3B1)OVERLAP_F_B`). A field may be empty.
 *
 * @source torch.distributed.pipelining schedules.py, `_Action`
 */
import { Refusal } from "../base/assert";
import { type Action, formatAction, parseAction } from "../program/action";

export interface MessageCell {
  readonly stage: number;
  readonly kind: "SEND_F" | "RECV_F" | "SEND_B" | "RECV_B";
  readonly microbatch: number;
}

export interface StageCell {
  readonly stage: number;
  readonly kind: "UNSHARD" | "RESHARD" | "REDUCE_GRAD";
}

export interface OverlapCell {
  readonly kind: "OVERLAP_F_B";
  /** A forward, then a backward. Neither begins before both have what they wait for. */
  readonly parts: readonly [Action, Action];
}

/** A cell that computes. */
export type WorkCell = Action | OverlapCell;

export type Cell = WorkCell | MessageCell | StageCell;

/** A row for each rank; null where a field is empty. */
export type CellTable = readonly (readonly (Cell | null)[])[];

const MESSAGE = /^(\d+)((?:SEND|RECV)_[FB])(\d+)$/;
const STAGE = /^(\d+)(UNSHARD|RESHARD|REDUCE_GRAD)$/;
const OVERLAP = /^\(([^;()]*);([^;()]*)\)OVERLAP_F_B$/;

/** @throws Refusal when the text is not a cell */
export function parseCell(text: string): Cell | null {
  const word = text.trim();
  if (word === "") return null;
  const message = MESSAGE.exec(word);
  if (message) {
    return { stage: Number(message[1]), kind: message[2] as MessageCell["kind"], microbatch: Number(message[3]) };
  }
  const stage = STAGE.exec(word);
  if (stage) return { stage: Number(stage[1]), kind: stage[2] as StageCell["kind"] };
  const overlap = OVERLAP.exec(word);
  if (!overlap) return parseAction(word);
  const parts = [parseAction(overlap[1].trim()), parseAction(overlap[2].trim())] as const;
  if (parts[0].kind !== "F" || !["B", "I"].includes(parts[1].kind)) {
    throw new Refusal(
      `"${word}" does not overlap a forward with a backward, in that order, as (0F3;3B1)OVERLAP_F_B does`,
    );
  }
  return { kind: "OVERLAP_F_B", parts };
}

export function formatCell(cell: Cell | null): string {
  if (cell === null) return "";
  if (cell.kind === "OVERLAP_F_B") return `(${cell.parts.map(formatAction).join(";")})OVERLAP_F_B`;
  return `${cell.stage}${cell.kind}${"microbatch" in cell ? cell.microbatch : ""}`;
}

export function isMessage(cell: Cell): cell is MessageCell {
  return cell.kind.startsWith("SEND") || cell.kind.startsWith("RECV");
}

export function isWork(cell: Cell | null): cell is WorkCell {
  return cell !== null && (cell.kind === "OVERLAP_F_B" || /^[FIWB]$/.test(cell.kind));
}

/** The actions a cell runs, in order: none, one or two. */
export function actionsOf(cell: Cell | null): readonly Action[] {
  if (!isWork(cell)) return [];
  return cell.kind === "OVERLAP_F_B" ? cell.parts : [cell];
}

/** The stages a cell is about: two when it is an overlap. */
export function stagesOf(cell: Cell): number[] {
  return cell.kind === "OVERLAP_F_B" ? cell.parts.map(({ stage }) => stage) : [cell.stage];
}
