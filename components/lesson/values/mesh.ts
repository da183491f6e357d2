/** Several axes at once: who is in a group, and what the messages along each axis take of a device's time. */
import { sum } from "@/engine/base/range";
import { type Axis, groupOf } from "@/engine/mesh/mesh";
import { isCollective } from "@/engine/program";
import { type Span, spansOf, type Trace } from "@/engine/trace";
import { define, deviceOf, type ProgramQuestion } from "./value";

const next =
  (axis: Axis) =>
  ({ figure, rank }: ProgramQuestion) => {
    const group = groupOf(figure.scenario.mesh, axis, rank);
    return group[(group.indexOf(rank) + 1) % group.length] as number;
  };

const messagesMs =
  (axis: Axis) =>
  ({ figure: { trace }, rank }: ProgramQuestion) =>
    sum(messagesAlong(trace, axis, rank).map(({ startMs, endMs }) => endMs - startMs));

const exposedMs =
  (axis: Axis) =>
  ({ figure: { trace }, rank }: ProgramQuestion) => {
    const compute = spansOf(trace, rank, "compute");
    return sum(messagesAlong(trace, axis, rank).map((message) => lengthMs(message) - hiddenMs(message, compute)));
  };

export const MESH_VALUES = define({
  devicesPerReplica: {
    means: "devices that hold one replica of the model, tp x pp",
    unit: "count",
    read: ({ figure: { scenario } }) => scenario.mesh.tp * scenario.mesh.pp,
  },
  nextTpRank: { means: "next rank of the tp group, counted from 0", unit: "count", read: next("tp") },
  nextDpRank: { means: "next rank of the dp group, counted from 0", unit: "count", read: next("dp") },
  nextPpRank: { means: "next rank of the pp group, counted from 0", unit: "count", read: next("pp") },
  sendsPp: {
    means: "messages that one device sends to its neighbours in the pipeline",
    unit: "count",
    read: ({ figure, rank }) => deviceOf(figure, rank).collectives.pp.send ?? 0,
  },
  messagesTpMs: { means: "time of one device's messages along tp, simulated", unit: "ms", read: messagesMs("tp") },
  messagesDpMs: { means: "time of one device's messages along dp, simulated", unit: "ms", read: messagesMs("dp") },
  messagesPpMs: { means: "time of one device's messages along pp, simulated", unit: "ms", read: messagesMs("pp") },
  exposedTpMs: {
    means: "time of one device's messages along tp in which it computes nothing, simulated",
    unit: "ms",
    read: exposedMs("tp"),
  },
});

/** Collectives of the axis; along pp also what is sent and received. */
function messagesAlong(trace: Trace, axis: Axis, rank: number): Span[] {
  return spansOf(trace, rank, "comm").filter(({ instruction }) =>
    isCollective(instruction) ? instruction.axis === axis : axis === "pp",
  );
}

const lengthMs = ({ startMs, endMs }: Span) => endMs - startMs;

/** How much of a message the device computes beside. */
function hiddenMs(message: Span, compute: readonly Span[]): number {
  const shared = compute.map(
    ({ startMs, endMs }) => Math.min(endMs, message.endMs) - Math.max(startMs, message.startMs),
  );
  return sum(shared.filter((ms) => ms > 0));
}
