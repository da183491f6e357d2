/**
 * Of one collective, the largest of a training step: what goes round, in how many rounds, and what these cost. Of one
 * message between two devices: its bytes and its time.
 */
import { sum } from "@/engine/base/range";
import { BYTES_PER_ELEMENT } from "@/engine/base/units";
import { groupOf } from "@/engine/mesh/mesh";
import { type Collective, isCollective, ringElements, ringSentElements, ringSteps } from "@/engine/program";
import { PRESETS } from "@/engine/simulate";
import { spansOf } from "@/engine/trace";
import type { Figure } from "../../stage/state/figure";
import { define, type ProgramQuestion } from "./value";

interface Largest {
  collective: Collective;
  /** The ranks of its group, by position. */
  members: readonly number[];
  elements: number;
  ms: number;
}

/** The first of those with the largest tensor. @throws Error when a device takes part in none */
function largest({ figure: { trace }, rank }: ProgramQuestion): Largest {
  const { mesh, ranks } = trace.program;
  const all = spansOf(trace, rank, "comm").flatMap(({ instruction, startMs, endMs }): Largest[] => {
    if (!isCollective(instruction)) return [];
    const members = groupOf(mesh, instruction.axis, rank);
    const elements = ringElements(instruction, ranks[rank].buffers, members.length);
    return [{ collective: instruction, members, elements, ms: endMs - startMs }];
  });
  const most = Math.max(...all.map(({ elements }) => elements));
  const found = all.find(({ elements }) => elements === most);
  if (!found) throw new Error(`rank ${rank} takes part in no collective`);
  return found;
}

const bytesOf = ({ elements }: Largest) => elements * BYTES_PER_ELEMENT;
const roundsOf = ({ collective, members }: Largest) => ringSteps(collective, members.length);

/** Nobody's chunk is larger. */
const chunkBytes = ({ elements, members }: Largest) => Math.ceil(elements / members.length) * BYTES_PER_ELEMENT;

function sentBytes({ figure: { trace }, rank }: ProgramQuestion, { collective, members }: Largest, position: number) {
  return ringSentElements(collective, trace.program.ranks[rank].buffers, members.length, position) * BYTES_PER_ELEMENT;
}

/** The slowest that a ring crosses. @throws Error when the costs are of no machine */
function linkOf({ scenario }: Figure, { members }: Largest) {
  if (scenario.costs.kind !== "hardware") throw new Error("only a machine has links");
  const { devicesPerNode, insideNode, betweenNodes } = PRESETS[scenario.costs.preset];
  const nodes = new Set(members.map((rank) => Math.floor(rank / devicesPerNode)));
  return nodes.size > 1 ? betweenNodes : insideNode;
}

/** What a root costs that receives n - 1 tensors one after another and sends n - 1 back. */
function rootMs(figure: Figure, found: Largest): number {
  const { latencyMs, bandwidthBytesPerMs } = linkOf(figure, found);
  return 2 * (found.members.length - 1) * (latencyMs + bytesOf(found) / bandwidthBytesPerMs);
}

export const COLLECTIVE_VALUES = define({
  collectiveBytes: {
    means: "tensor that goes round in the largest collective",
    unit: "bytes",
    read: (question) => bytesOf(largest(question)),
  },
  groupSize: {
    means: "devices of the group of the largest collective",
    unit: "count",
    read: (question) => largest(question).members.length,
  },
  chunkBytes: {
    means: "chunk of the largest collective: its tensor, divided by its devices",
    unit: "bytes",
    read: (question) => chunkBytes(largest(question)),
  },
  collectiveRounds: {
    means: "rounds of the largest collective",
    unit: "count",
    read: (question) => roundsOf(largest(question)),
  },
  collectiveMs: {
    means: "time of the largest collective, simulated",
    unit: "ms",
    read: (question) => largest(question).ms,
  },
  collectiveSentBytes: {
    means: "bytes that one device sends in the largest collective",
    unit: "bytes",
    read: (question) => {
      const found = largest(question);
      return sentBytes(question, found, found.members.indexOf(question.rank));
    },
  },
  collectiveAllBytes: {
    means: "bytes that all devices of its group send in the largest collective",
    unit: "bytes",
    read: (question) => {
      const found = largest(question);
      return sum(found.members.map((_, position) => sentBytes(question, found, position)));
    },
  },
  collectiveRootBytes: {
    means:
      "bytes that a root would receive and send, were the tensors of the others brought to it and the sum sent back",
    unit: "bytes",
    read: (question) => {
      const found = largest(question);
      return 2 * (found.members.length - 1) * bytesOf(found);
    },
  },
  collectiveRootMs: {
    means: "time of bringing the tensors of the others to one root and sending the sum back, over the same links",
    unit: "ms",
    read: (question) => rootMs(question.figure, largest(question)),
  },
  linkLatencyMs: {
    means: "latency of the slowest link of the ring",
    unit: "ms",
    read: (question) => linkOf(question.figure, largest(question)).latencyMs,
  },
  linkBytesPerMs: {
    means: "bytes that the slowest link of the ring carries in a millisecond",
    unit: "bytes",
    read: (question) => linkOf(question.figure, largest(question)).bandwidthBytesPerMs,
  },
  roundLatencyMs: {
    means: "latency of all rounds of the largest collective together",
    unit: "ms",
    read: (question) => {
      const found = largest(question);
      return roundsOf(found) * linkOf(question.figure, found).latencyMs;
    },
  },
  roundBytesMs: {
    means: "time in which the bytes of all rounds of the largest collective move",
    unit: "ms",
    read: (question) => {
      const found = largest(question);
      return (roundsOf(found) * chunkBytes(found)) / linkOf(question.figure, found).bandwidthBytesPerMs;
    },
  },
  latencyShare: {
    means: "share of the largest collective's time that is latency",
    unit: "share",
    read: (question) => {
      const found = largest(question);
      return (roundsOf(found) * linkOf(question.figure, found).latencyMs) / found.ms;
    },
  },
});
