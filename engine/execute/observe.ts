/** Looking at a tensor while a step runs, for readouts of real values. */
import type { Instruction } from "../program/program";
import type { Device } from "./device";

/** Names a buffer to look at, on every rank, when an instruction has started or ended. */
export interface Watch {
  op: Instruction["op"];
  on: string;
  buffer: string;
  phase: "start" | "end";
}

export interface Observation extends Watch {
  rank: number;
  l2: number;
  /** The first few elements. */
  first: number[];
}

const FIRST_ELEMENTS = 4;

export async function observe(device: Device, watch: Watch): Promise<Observation> {
  const id = device.program.buffers.findIndex(({ name }) => name === watch.buffer);
  const values = (await device.get(id).data()) as Float32Array;
  const l2 = Math.sqrt(values.reduce((total, value) => total + value * value, 0));
  return { ...watch, rank: device.rank, l2, first: [...values.slice(0, FIRST_ELEMENTS)] };
}
