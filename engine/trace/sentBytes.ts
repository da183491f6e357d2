/** What each rank sends, counted from the plan of every collective. */
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
  ringElements,
} from "../program";

/** The names that reports use for collectives. */
const COLLECTIVE_NAMES: Record<Collective["op"] | "send", string> = {
  allReduce: "all-reduce",
  reduceScatter: "reduce-scatter",
  allGather: "all-gather",
  send: "send",
};

export interface Traffic {
  sentBytes: Record<Axis, number>;
  /** How many of each collective, by axis, and along pp how many sends. */
  collectives: Record<Axis, Record<string, number>>;
}

export function trafficOf({ mesh, ranks }: Program, rank: number): Traffic {
  const rankProgram = ranks[rank] as RankProgram;
  const traffic: Traffic = { sentBytes: { dp: 0, pp: 0, tp: 0 }, collectives: { dp: {}, pp: {}, tp: {} } };
  const groupsOf: Partial<Record<Axis, number[]>> = {};
  for (const instruction of rankProgram.instructions) {
    const isSend = instruction.op === "send";
    if (!isSend && !isCollective(instruction)) continue;
    const axis = isSend ? "pp" : instruction.axis;
    const name = COLLECTIVE_NAMES[instruction.op];
    traffic.collectives[axis][name] = (traffic.collectives[axis][name] ?? 0) + 1;
    groupsOf[axis] ??= groupOf(mesh, axis, rank);
    traffic.sentBytes[axis] += isSend
      ? bufferBytes(rankProgram.buffers[instruction.reads[0] as number] as Buffer)
      : ringSentBytes(instruction, rankProgram, groupsOf[axis] as number[], rank);
  }
  return traffic;
}

/** By the plan, a position sends every chunk but its own while reducing, and every one but the next while gathering. */
function ringSentBytes(instruction: Collective, { buffers }: RankProgram, group: number[], rank: number): number {
  const size = group.length;
  const elements = ringElements(instruction, buffers, size);
  const starts = chunkStarts(elements, size);
  const sizeOf = (chunk: number) => (starts[(chunk % size) + 1] as number) - (starts[chunk % size] as number);
  const own = group.indexOf(rank);
  const reducing = instruction.op === "allGather" ? 0 : elements - sizeOf(own);
  const gathering = instruction.op === "reduceScatter" ? 0 : elements - sizeOf(own + 1);
  return (reducing + gathering) * BYTES_PER_ELEMENT;
}
