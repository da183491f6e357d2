/** What each rank sends, counted from the plan of every collective. */
import { product, sum } from "../base/range";
import { BYTES_PER_ELEMENT } from "../base/units";
import { type Axis, groupOf } from "../mesh/mesh";
import {
  type Buffer,
  bufferBytes,
  type Collective,
  chunkStarts,
  isCollective,
  type Program,
  type RankProgram,
  ringAllReduce,
} from "../program";

/** The names that reports use for collectives. */
const COLLECTIVE_NAMES: Record<Collective["op"] | "send", string> = { allReduce: "all-reduce", send: "send" };

export interface Traffic {
  sentBytes: Record<Axis, number>;
  /** How many of each collective, by axis, and along pp how many sends. */
  collectives: Record<Axis, Record<string, number>>;
}

export function trafficOf({ mesh, ranks }: Program, rank: number): Traffic {
  const rankProgram = ranks[rank] as RankProgram;
  const traffic: Traffic = { sentBytes: { dp: 0, pp: 0, tp: 0 }, collectives: { dp: {}, pp: {}, tp: {} } };
  for (const instruction of rankProgram.instructions) {
    const isSend = instruction.op === "send";
    if (!isSend && !isCollective(instruction)) continue;
    const axis = isSend ? "pp" : instruction.axis;
    const name = COLLECTIVE_NAMES[instruction.op];
    traffic.collectives[axis][name] = (traffic.collectives[axis][name] ?? 0) + 1;
    traffic.sentBytes[axis] += isSend
      ? bufferBytes(rankProgram.buffers[instruction.reads[0] as number] as Buffer)
      : ringSentBytes(instruction, rankProgram, groupOf(mesh, axis, rank), rank);
  }
  return traffic;
}

function ringSentBytes({ updates }: Collective, { buffers }: RankProgram, group: number[], rank: number): number {
  const elements = sum(updates.map((id) => product(buffers[id]?.shape ?? [])));
  const starts = chunkStarts(elements, group.length);
  const sent = ringAllReduce(group.length).filter(({ from }) => group[from] === rank);
  return sum(sent.map(({ chunk }) => (starts[chunk + 1] as number) - (starts[chunk] as number))) * BYTES_PER_ELEMENT;
}
