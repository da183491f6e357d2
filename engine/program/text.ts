/**
 * The program as text, a line a buffer and a line an instruction, and back again.
 *
 *     buffer grad:layers.0.weight gradients 2x16
 *     resident layers.0.weight layers.0.bias
 *     0 forward layers.0 @compute 0F0 reads inputs#0,layers.0.weight writes layers.0#0
 */
import { Refusal } from "../base/assert";
import type { Axis } from "../mesh/mesh";
import { formatAction, parseAction } from "./action";
import type {
  Buffer,
  BufferId,
  GradientGroup,
  Instruction,
  MemoryKind,
  RankProgram,
  Reduction,
  Stream,
} from "./program";

const BUFFER_LISTS = ["reads", "needs", "holds", "writes", "updates", "replaces", "frees"] as const;

/** One line that says what an instruction does; names buffers, so it needs its rank's table. */
export function formatInstruction(instruction: Instruction, index: number, buffers: readonly Buffer[]): string {
  const words = [String(index), instruction.op, instruction.on, `@${instruction.stream}`];
  if (instruction.action) words.push(formatAction(instruction.action));
  if ("axis" in instruction && instruction.axis) words.push("over", instruction.axis);
  if ("reduction" in instruction) words.push("reduction", instruction.reduction);
  if ("blocks" in instruction) words.push("blocks", String(instruction.blocks));
  if ("share" in instruction) words.push("share", String(instruction.share));
  if (instruction.op === "sumSquares") words.push("shares", instruction.shares.join(","));
  if (instruction.op === "send" || instruction.op === "recv") words.push("peer", String(instruction.peer));
  for (const list of BUFFER_LISTS) {
    if (instruction[list].length > 0) words.push(list, instruction[list].map((id) => buffers[id]?.name).join(","));
  }
  if (instruction.waits.length > 0) words.push("waits", instruction.waits.join(","));
  return words.join(" ");
}

export function formatRankProgram({ buffers, resident, instructions, groups }: RankProgram): string {
  return [
    ...buffers.map(({ name, kind, shape, microbatch }) =>
      ["buffer", name, kind, shape.join("x") || "scalar", ...(microbatch === undefined ? [] : [microbatch])].join(" "),
    ),
    ...groups.map(({ name, parameters, copies, partial, keptIn }) =>
      ["group", name, copies, partial ? "partial" : "whole", parameters.join(","), keptIn ?? ""].join(" ").trim(),
    ),
    ["resident", ...resident.map((id) => buffers[id]?.name)].join(" "),
    ...instructions.map((instruction, index) => formatInstruction(instruction, index, buffers)),
  ].join("\n");
}

/** @throws Refusal at the first line that is no part of a program, with its number */
export function parseRankProgram(text: string): RankProgram {
  const buffers: Buffer[] = [];
  const ids = new Map<string, BufferId>();
  const instructions: Instruction[] = [];
  const groups: GradientGroup[] = [];
  let resident: BufferId[] = [];
  const idOf = (name: string) => {
    const id = ids.get(name);
    if (id === undefined) throw new Refusal(`no buffer is called "${name}"`);
    return id;
  };
  text.split("\n").forEach((line, i) => {
    const [head, ...words] = line.trim().split(/\s+/);
    try {
      if (!head) return;
      if (head === "buffer") {
        const buffer = parseBuffer(words);
        ids.set(buffer.name, buffers.length);
        buffers.push(buffer);
      } else if (head === "group") {
        const [name = "", copies, gradient, parameters = "", keptIn = null] = words;
        const partial = gradient === "partial";
        groups.push({ name, copies: Number(copies), partial, parameters: parameters.split(","), keptIn });
      } else if (head === "resident") resident = words.map(idOf);
      else instructions.push(parseInstruction(words, idOf));
    } catch (error) {
      throw new Refusal(`line ${i + 1}: ${(error as Error).message}`);
    }
  });
  return { buffers, resident, instructions, groups };
}

function parseBuffer([name, kind, dims, microbatch]: string[]): Buffer {
  if (!name || !kind || !dims) throw new Refusal("a buffer needs a name, a memory kind and a shape");
  const shape = dims === "scalar" ? [] : dims.split("x").map(Number);
  if (shape.some(Number.isNaN)) throw new Refusal(`"${dims}" is not a shape: write 2x16, or scalar`);
  return {
    name,
    kind: kind as MemoryKind,
    shape,
    ...(microbatch === undefined ? {} : { microbatch: Number(microbatch) }),
  };
}

function parseInstruction([op, on, ...words]: string[], idOf: (name: string) => BufferId): Instruction {
  const parsed: Record<string, unknown> = {
    op,
    on,
    reads: [],
    needs: [],
    holds: [],
    writes: [],
    updates: [],
    replaces: [],
    frees: [],
    waits: [],
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word.startsWith("@")) parsed.stream = word.slice(1) as Stream;
    else if ((BUFFER_LISTS as readonly string[]).includes(word)) parsed[word] = words[++i]?.split(",").map(idOf);
    else if (word === "waits") parsed.waits = words[++i]?.split(",").map(Number);
    else if (word === "shares") parsed.shares = words[++i]?.split(",").map(Number);
    else if (word === "peer" || word === "blocks" || word === "share") parsed[word] = Number(words[++i]);
    else if (word === "over") parsed.axis = words[++i] as Axis;
    else if (word === "reduction") parsed.reduction = words[++i] as Reduction;
    else parsed.action = parseAction(word);
  }
  if (!parsed.stream) throw new Refusal("an instruction needs its stream, @compute or @comm");
  return parsed as unknown as Instruction;
}
