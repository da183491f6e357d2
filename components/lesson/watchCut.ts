/**
 * What to look at in a run to see that what leaves one stage arrives at the next: each message of the first
 * micro-batch, as it is sent and as it has been received.
 */
import type { Watch } from "@/engine/execute";
import { buildProgram } from "@/engine/passes";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";

/** @param scenario with one micro-batch: a later one would find the first one's tensors gone */
export function watchCut(scenario: ScenarioInput): Watch[] {
  return buildProgram(parseScenario(scenario)).ranks.flatMap(({ buffers, instructions }) =>
    instructions.flatMap(({ op, on, reads, writes }): Watch[] => {
      if (op === "send") return [{ op, on, phase: "start", buffer: buffers[reads[0]].name }];
      if (op === "recv") return [{ op, on, phase: "end", buffer: buffers[writes[0]].name }];
      return [];
    }),
  );
}
