/** What each rank sends, counted from the plan of every collective. */
import { BYTES_PER_ELEMENT } from "../base/units";
import { AXES, type Axis, groupOf } from "../mesh/mesh";
import {
  type Buffer,
  bufferBytes,
  COLLECTIVE_KINDS,
  isCollective,
  type Program,
  type RankProgram,
  ringSentElements,
} from "../program";

export interface Traffic {
  sentBytes: Record<Axis, number>;
  /** How many of each collective, by axis, and along pp how many sends. */
  collectives: Record<Axis, Record<string, number>>;
}

export function trafficOf({ mesh, ranks }: Program, rank: number): Traffic {
  const { instructions, buffers } = ranks[rank] as RankProgram;
  const traffic: Traffic = { sentBytes: { dp: 0, pp: 0, tp: 0 }, collectives: { dp: {}, pp: {}, tp: {} } };
  const groups = Object.fromEntries(AXES.map((axis) => [axis, groupOf(mesh, axis, rank)])) as Record<Axis, number[]>;
  const note = (axis: Axis, name: string, bytes: number) => {
    traffic.collectives[axis][name] = (traffic.collectives[axis][name] ?? 0) + 1;
    traffic.sentBytes[axis] += bytes;
  };
  for (const instruction of instructions) {
    if (instruction.op === "send") {
      note("pp", "send", bufferBytes(buffers[instruction.reads[0] as number] as Buffer));
    } else if (isCollective(instruction)) {
      const group = groups[instruction.axis];
      const elements = ringSentElements(instruction, buffers, group.length, group.indexOf(rank));
      note(instruction.axis, COLLECTIVE_KINDS[instruction.op].name, elements * BYTES_PER_ELEMENT);
    }
  }
  return traffic;
}
