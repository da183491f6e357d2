/** What ZeRO cuts: the whole of it, what is left on a device, and what is only there for a while. */
import { sum } from "@/engine/base/range";
import { BYTES_PER_ELEMENT } from "@/engine/base/units";
import { bufferBytes, type RankProgram } from "@/engine/program";
import { spansOf } from "@/engine/trace";
import { COMMON_VALUES, gradientBytes } from "./common";
import { define, type ProgramQuestion } from "./value";

const modelState = COMMON_VALUES.modelStateBytes.read;

export const ZERO_VALUES = define({
  zeroStage: {
    means: "number of the stage of ZeRO",
    unit: "count",
    read: ({ figure }) => figure.scenario.zero,
  },
  modelBytes: {
    means: "parameters of the whole model, wherever they are kept",
    unit: "bytes",
    read: ({ figure }) => gradientBytes(figure),
  },
  stateOverParameters: {
    means: "bytes of parameters, gradients and optimizer state on one device, for each parameter of the model",
    unit: "times",
    read: (question) => (BYTES_PER_ELEMENT * modelState(question)) / gradientBytes(question.figure),
  },
  allModelStateBytes: {
    means: "parameters, gradients and optimizer state on all devices, added up",
    unit: "bytes",
    read: ({ figure }) => sum(figure.devices.map(({ rank }) => modelState({ figure, rank }))),
  },
  optimizerMs: {
    means: "time that one device computes outside of forward and backward: the optimizer, with what it needs",
    unit: "ms",
    read: ({ figure, rank }) =>
      sum(
        spansOf(figure.trace, rank, "compute")
          .filter(({ instruction }) => instruction.action === undefined)
          .map(({ startMs, endMs }) => endMs - startMs),
      ),
  },
  gatheredBytes: {
    means: "most bytes of gathered parameters that one device holds at one time",
    unit: "bytes",
    read: (question) => mostWritten(question, "allGather"),
  },
  waitingGradientBytes: {
    means: "most bytes of whole gradients that wait on one device to be reduce-scattered",
    unit: "bytes",
    read: (question) => mostWritten(question, "weightGrad"),
  },
});

/** The most that is held at one time of the buffers that some operation fills, and that are there for a while only. */
function mostWritten({ figure: { trace, events }, rank }: ProgramQuestion, op: "allGather" | "weightGrad"): number {
  const { buffers, instructions } = trace.program.ranks[rank] as RankProgram;
  const filled = new Set(instructions.flatMap((one) => (one.op === op ? one.writes : [])));
  const counts = (id: number) => filled.has(id) && buffers[id].kind === "buffers";
  const bytesOf = (ids: readonly number[]) => sum(ids.filter(counts).map((id) => bufferBytes(buffers[id])));
  let now = 0;
  let most = 0;
  for (const { rank: of, index, phase } of events) {
    if (of !== rank) continue;
    const { writes, replaces, frees } = instructions[index];
    now += phase === "start" ? bytesOf(writes) - bytesOf(replaces) : -bytesOf(frees);
    most = Math.max(most, now);
  }
  return most;
}
