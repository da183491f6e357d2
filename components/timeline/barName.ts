/** What a bar is called, as a noun: for sentences about it, and for the table that says the same. */
import { contentName } from "@/components/marks/names";
import type { Instruction } from "@/engine/program";
import type { Trace } from "@/engine/trace";
import { type BarSpan, commName, stagesOf } from "./spans";

/** A bar as a noun: `forward of micro-batch 2`. */
export function nameOf(trace: Trace, { rank, kind, first, last, microbatch }: BarSpan): string {
  const instruction = trace.program.ranks[rank].instructions[first];
  const { on } = instruction;
  const ofBatch = microbatch === null ? "" : `micro-batch ${microbatch + 1}${stageName(trace, rank, instruction)}`;
  const single = first === last;
  switch (kind) {
    case "collective":
      return messageName(trace, rank, instruction);
    case "optimizer":
      return on === "gradients" && single ? "gradient norm" : "optimizer step";
    case "copy":
      return `copy of ${on}`;
    case "inputGrad":
      return single ? `input gradient of ${on} for ${ofBatch}` : `input gradients of ${ofBatch}`;
    case "weightGrad":
      return single ? `weight gradient of ${on} for ${ofBatch}` : `weight gradients of ${ofBatch}`;
    case "recompute":
      return single ? `forward of ${on} for ${ofBatch}, again` : `forward of ${ofBatch}, again`;
    case "forward":
    case "backward":
      return single ? `${kind} of ${on} for ${ofBatch}` : `${kind} of ${ofBatch}`;
  }
}

/** Said only where a device has several stages: there, a micro-batch comes by several times. */
function stageName(trace: Trace, rank: number, { action }: Instruction): string {
  return action && stagesOf(trace, rank).length > 1 ? ` in stage ${action.stage + 1}` : "";
}

/** A message as a noun: `all-reduce of bucket 2`, `send of blocks.1.add2 for micro-batch 3`. */
function messageName(trace: Trace, rank: number, instruction: Instruction): string {
  return `${commName(instruction)} of ${contentName(trace.program, rank, instruction)}`;
}
