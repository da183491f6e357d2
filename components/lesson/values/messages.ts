/** What devices send to each other in a training step, along the axes of the mesh. */
import { sum } from "@/engine/base/range";
import type { Axis } from "@/engine/mesh/mesh";
import { define, deviceOf, type ProgramQuestion } from "./value";

const sent =
  (axis: Axis) =>
  ({ figure, rank }: ProgramQuestion) =>
    deviceOf(figure, rank).sentBytes[axis];

const counted =
  (axis: Axis, name: string) =>
  ({ figure, rank }: ProgramQuestion) =>
    deviceOf(figure, rank).collectives[axis][name] ?? 0;

export const MESSAGE_VALUES = define({
  sentDpBytes: { means: "bytes that one device sends along dp", unit: "bytes", read: sent("dp") },
  sentPpBytes: { means: "bytes that one device sends along pp", unit: "bytes", read: sent("pp") },
  sentTpBytes: { means: "bytes that one device sends along tp", unit: "bytes", read: sent("tp") },
  sentBytes: {
    means: "bytes that one device sends, along all axes",
    unit: "bytes",
    read: ({ figure, rank }) => {
      const { dp, pp, tp } = deviceOf(figure, rank).sentBytes;
      return dp + pp + tp;
    },
  },
  sentAllBytes: {
    means: "bytes that all devices send, along all axes",
    unit: "bytes",
    read: ({ figure }) => sum(figure.devices.map(({ sentBytes: { dp, pp, tp } }) => dp + pp + tp)),
  },
  allReducesDp: { means: "all-reduces along dp, one device", unit: "count", read: counted("dp", "all-reduce") },
  allReducesPp: { means: "all-reduces along pp, one device", unit: "count", read: counted("pp", "all-reduce") },
  allGathersDp: { means: "all-gathers along dp, one device", unit: "count", read: counted("dp", "all-gather") },
  reduceScattersDp: {
    means: "reduce-scatters along dp, one device",
    unit: "count",
    read: counted("dp", "reduce-scatter"),
  },
  allReducesTp: { means: "all-reduces along tp, one device", unit: "count", read: counted("tp", "all-reduce") },
  allGathersTp: { means: "all-gathers along tp, one device", unit: "count", read: counted("tp", "all-gather") },
  reduceScattersTp: {
    means: "reduce-scatters along tp, one device",
    unit: "count",
    read: counted("tp", "reduce-scatter"),
  },
});
