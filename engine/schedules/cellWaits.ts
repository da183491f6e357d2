/**
 * What a cell does for others and what it waits for. A job is written as an action: `2F0`, the input gradient `2I0`
 * and the weight gradient `2W0` (a full backward does both), or as its message or `2REDUCE_GRAD`.
 */
import { range } from "../base/range";
import type { Action } from "../program/action";
import { actionsOf, type Cell, formatCell, isMessage, type MessageCell } from "./cell";

/** What a table is read against. */
export interface TableContext {
  stageToRank: readonly number[];
  numMicrobatches: number;
  /** Whether SEND and RECV are written out. Without them, work follows work on another rank directly. */
  hasMessages: boolean;
}

/** The jobs that are done once a cell has run. */
export function jobsOf(cell: Cell): string[] {
  if (cell.kind === "UNSHARD" || cell.kind === "RESHARD") return [];
  if (cell.kind === "REDUCE_GRAD" || isMessage(cell)) return [formatCell(cell)];
  return actionsOf(cell).flatMap(({ stage, kind, microbatch }) =>
    (kind === "B" ? ["I", "W"] : [kind]).map((job) => `${stage}${job}${microbatch}`),
  );
}

/** The jobs that must be done before a cell can run. Both halves of an overlap wait for all that either needs. */
export function waitsOf(cell: Cell, context: TableContext): string[] {
  if (cell.kind === "UNSHARD" || cell.kind === "RESHARD") return [];
  if (cell.kind === "REDUCE_GRAD") return range(context.numMicrobatches).map((i) => `${cell.stage}W${i}`);
  if (isMessage(cell)) return [waitOfMessage(cell)];
  const own = jobsOf(cell);
  return actionsOf(cell)
    .flatMap((action) => waitsOfAction(action, context))
    .filter((job) => !own.includes(job));
}

function waitOfMessage({ stage, kind, microbatch }: MessageCell): string {
  const jobs = {
    SEND_F: `${stage}F${microbatch}`,
    SEND_B: `${stage}I${microbatch}`,
    RECV_F: `${stage - 1}SEND_F${microbatch}`,
    RECV_B: `${stage + 1}SEND_B${microbatch}`,
  };
  return jobs[kind];
}

function waitsOfAction({ stage, kind, microbatch }: Action, context: TableContext): string[] {
  const fromStage = (other: number, job: "F" | "I", message: "RECV_F" | "RECV_B") => {
    if (other < 0 || other >= context.stageToRank.length) return [];
    const here = context.stageToRank[other] === context.stageToRank[stage];
    return [here || !context.hasMessages ? `${other}${job}${microbatch}` : `${stage}${message}${microbatch}`];
  };
  if (kind === "F") return fromStage(stage - 1, "F", "RECV_F");
  if (kind === "W") return [`${stage}I${microbatch}`];
  return [`${stage}F${microbatch}`, ...fromStage(stage + 1, "I", "RECV_B")];
}
