/**
 * A program in columns of numbers: what walking through millions of instructions needs of each, without looking at
 * objects or comparing strings.
 */
import { AXES } from "../mesh/mesh";
import { isCollective } from "./collectiveKinds";
import { type Instruction, type Program, type RankProgram, STREAMS } from "./program";

/** What an instruction needs of other ranks. */
export const ALONE = 0;
export const COLLECTIVE = 1;
export const SEND = 2;
export const RECV = 3;

/** Of one rank's instructions, in order. */
export interface RankColumns {
  numInstructions: number;
  /** ALONE, COLLECTIVE, SEND or RECV. */
  kind: Uint8Array;
  /** Index into `STREAMS`. */
  stream: Uint8Array;
  /** Of a collective: index into `AXES`. */
  axis: Uint8Array;
  /** Of a send or receive: the pp coordinate of the other end, and a number that both ends know the message by. */
  peer: Uint16Array;
  message: Uint32Array;
  /** The waits of instruction i are `waits[waitStart[i]]` up to `waits[waitStart[i + 1]]`. */
  waitStart: Uint32Array;
  waits: Uint32Array;
}

const found = new WeakMap<Program, RankColumns[]>();

/** @returns the columns of each rank, found once a program; ranks that share a program share them */
export function programColumns(program: Program): RankColumns[] {
  const columns = found.get(program) ?? columnsOf(program);
  found.set(program, columns);
  return columns;
}

function columnsOf({ ranks }: Program): RankColumns[] {
  const messages = new Map<string, number>();
  const known = new Map<RankProgram, RankColumns>();
  return ranks.map((rankProgram) => {
    const columns = known.get(rankProgram) ?? rankColumns(rankProgram.instructions, messages);
    known.set(rankProgram, columns);
    return columns;
  });
}

function rankColumns(instructions: readonly Instruction[], messages: Map<string, number>): RankColumns {
  const { length } = instructions;
  let numWaits = 0;
  for (let index = 0; index < length; index++) numWaits += (instructions[index] as Instruction).waits.length;
  const columns: RankColumns = {
    numInstructions: length,
    kind: new Uint8Array(length),
    stream: new Uint8Array(length),
    axis: new Uint8Array(length),
    peer: new Uint16Array(length),
    message: new Uint32Array(length),
    waitStart: new Uint32Array(length + 1),
    waits: new Uint32Array(numWaits),
  };
  let end = 0;
  for (let index = 0; index < length; index++) {
    const instruction = instructions[index] as Instruction;
    const { waits } = instruction;
    for (let i = 0; i < waits.length; i++) columns.waits[end++] = waits[i] as number;
    columns.waitStart[index + 1] = end;
    if (instruction.stream === "compute") continue;
    columns.stream[index] = COMM;
    if (isCollective(instruction)) {
      columns.kind[index] = COLLECTIVE;
      columns.axis[index] = AXES.indexOf(instruction.axis);
    } else if (instruction.op === "send" || instruction.op === "recv") {
      const { op, on, peer, action } = instruction;
      const name = `${on}#${action?.microbatch}`;
      const message = messages.get(name) ?? messages.size;
      messages.set(name, message);
      columns.kind[index] = op === "send" ? SEND : RECV;
      columns.peer[index] = peer;
      columns.message[index] = message;
    }
  }
  return columns;
}

/** Only on the comm stream do ranks meet. */
const COMM = STREAMS.indexOf("comm");

/**
 * The number of a message between two ranks: the same at both ends, another one for every other message.
 *
 * @param numRanks of the whole mesh
 */
export function messageNumber(message: number, from: number, to: number, numRanks: number): number {
  return (message * numRanks + from) * numRanks + to;
}
