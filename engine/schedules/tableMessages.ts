/** Messages that are written out: who sends to whom, and whether both ends take them in one order. */
import { type CellTable, formatCell, isMessage, type MessageCell } from "./cell";
import type { TableContext } from "./cellWaits";
import { type CellPlace, ScheduleRefusal } from "./fault";
import { forEachCell, type JobIndex } from "./tableOrder";

const OTHER_END = { SEND_F: "RECV_F", RECV_F: "SEND_F", SEND_B: "RECV_B", RECV_B: "SEND_B" } as const;

const isSend = ({ kind }: MessageCell) => kind === "SEND_F" || kind === "SEND_B";

/** The stage at a message's other end. */
function peerOf({ kind, stage }: MessageCell): number {
  return kind === "SEND_F" || kind === "RECV_B" ? stage + 1 : stage - 1;
}

/** The cell at a message's other end. */
function otherEnd(cell: MessageCell): string {
  return formatCell({ ...cell, stage: peerOf(cell), kind: OTHER_END[cell.kind] });
}

/** @throws ScheduleRefusal unless another rank is at the other end */
export function checkPeer(cell: MessageCell, place: CellPlace, stageToRank: readonly number[]): void {
  const peer = peerOf(cell);
  if (peer < 0 || peer >= stageToRank.length) {
    const end = peer < 0 ? "first" : "last";
    throw new ScheduleRefusal(place, `has no stage at its other end: stage ${cell.stage} is the ${end}`);
  }
  if (stageToRank[peer] === place.rank) {
    throw new ScheduleRefusal(place, `is not needed: stages ${cell.stage} and ${peer} are on the same rank`);
  }
}

/**
 * Each message that is sent is received, and a pair of ranks takes those of one direction in the order they are sent.
 *
 * @throws ScheduleRefusal at the first message that is not
 */
export function checkMessageOrder(table: CellTable, { stageToRank }: TableContext, index: JobIndex): void {
  const queues = new Map<string, string[]>();
  forEachCell(table, (cell, place) => {
    if (!isMessage(cell) || !isSend(cell)) return;
    if (!index.has(otherEnd(cell))) throw new ScheduleRefusal(place, `waits for ${otherEnd(cell)}, which no rank runs`);
    const pair = `${place.rank} to ${stageToRank[peerOf(cell)]}`;
    const queue = queues.get(pair);
    if (queue) queue.push(place.cell);
    else queues.set(pair, [place.cell]);
  });
  forEachCell(table, (cell, place) => {
    if (!isMessage(cell) || isSend(cell)) return;
    const from = stageToRank[peerOf(cell)];
    const sent = queues.get(`${from} to ${place.rank}`)?.shift();
    if (sent !== otherEnd(cell)) {
      throw new ScheduleRefusal(place, `waits for ${otherEnd(cell)}, but rank ${from} sends ${sent} before it`);
    }
  });
}
