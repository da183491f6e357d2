/** Tensor parallelism: what is cut, what its collectives are and send, and partial sums as a run has them. */

import { range, sum } from "@/engine/base/range";
import { BYTES_PER_ELEMENT } from "@/engine/base/units";
import type { Observation } from "@/engine/execute";
import { coordsOf, groupOf } from "@/engine/mesh/mesh";
import { vocabPartSize } from "@/engine/model/tensorParallel";
import { type Collective, isCollective, ringElements, ringSentElements } from "@/engine/program";
import type { Figure } from "../../stage/state/figure";
import { defineRun, type RunQuestion } from "./run";
import { define, type ProgramQuestion } from "./value";

/** The names by which the first transformer block's operations, and those on its gradients, are told. */
const FIRST_BLOCK = /^(d\()?blocks\.0\./;
const LOSS = /^loss\./;

/** How many collectives of a kind the first block has, in a forward or in a backward. */
const countedInBlock =
  (op: Collective["op"], isForward: boolean) =>
  ({ figure, rank }: ProgramQuestion) =>
    ofLayers(figure, rank).filter(
      (one) => one.op === op && FIRST_BLOCK.test(one.on) && (one.action?.kind === "F") === isForward,
    ).length;

export const TENSOR_VALUES = define({
  hiddenPart: {
    means: "columns, or rows, of a hidden layer's matrix on one device",
    unit: "count",
    read: ({ figure: { scenario } }) => scenario.model.hidden / scenario.mesh.tp,
  },
  headsPerDevice: {
    means: "attention heads on one device",
    unit: "count",
    read: ({ figure: { scenario } }) => gptOf(scenario).heads / scenario.mesh.tp,
  },
  vocabularyPart: {
    means: "tokens of the vocabulary on one device, padding included",
    unit: "count",
    read: ({ figure: { scenario } }) => vocabPartSize(gptOf(scenario).vocab, scenario.mesh.tp),
  },
  blockAllReducesForward: {
    means: "all-reduces along tp in the first block's forward",
    unit: "count",
    read: countedInBlock("allReduce", true),
  },
  blockAllReducesBackward: {
    means: "all-reduces along tp in the first block's backward",
    unit: "count",
    read: countedInBlock("allReduce", false),
  },
  blockGathersForward: {
    means: "all-gathers along tp in the first block's forward",
    unit: "count",
    read: countedInBlock("allGather", true),
  },
  blockScattersForward: {
    means: "reduce-scatters along tp in the first block's forward",
    unit: "count",
    read: countedInBlock("reduceScatter", true),
  },
  reducedBytes: {
    means: "bytes of the first partial sum that is completed over tp",
    unit: "bytes",
    read: ({ figure, rank }) => {
      const [first] = ofLayers(figure, rank);
      return first ? tensorBytes(figure, rank, first) : 0;
    },
  },
  reducedSentBytes: {
    means: "bytes that one device sends to complete one partial sum",
    unit: "bytes",
    read: ({ figure, rank }) => {
      const [first] = ofLayers(figure, rank);
      return first ? sentBytes(figure, rank, first) : 0;
    },
  },
  exchangedBytes: {
    means: "bytes that one device sends along tp in forward and backward",
    unit: "bytes",
    read: ({ figure, rank }) => sum(ofLayers(figure, rank).map((one) => sentBytes(figure, rank, one))),
  },
  copiesBytes: {
    means: "bytes that one device sends along tp for gradients of parameters that every device holds",
    unit: "bytes",
    read: ({ figure, rank }) => {
      const others = overTp(figure, rank).filter(({ action }) => action === undefined);
      return sum(others.map((one) => sentBytes(figure, rank, one)));
    },
  },
  lossSentBytes: {
    means: "bytes that one device sends to find the loss of a vocabulary that is cut",
    unit: "bytes",
    read: ({ figure, rank }) =>
      sum(
        ofLayers(figure, rank)
          .filter(({ on }) => LOSS.test(on))
          .map((one) => sentBytes(figure, rank, one)),
      ),
  },
  logitsGatherBytes: {
    means: "bytes that one device would send to gather the logits: n - 1 of its own parts",
    unit: "bytes",
    read: ({ figure: { scenario } }) => {
      const { vocab, seq } = gptOf(scenario);
      const { tp } = scenario.mesh;
      return (tp - 1) * scenario.batch.micro * seq * vocabPartSize(vocab, tp) * BYTES_PER_ELEMENT;
    },
  },
});

/** Numbers of one partial sum that the lesson looks at: see `watchPartialSums`. They speak of the last step trained. */
export const TENSOR_RUN_VALUES = defineRun({
  partialSum: {
    means: "one number of the partial sum on one device, in the last step trained",
    unit: "number",
    read: (question) => partialSums(question)?.parts[question.rank] ?? null,
  },
  completedSum: {
    means: "the same number once the partial sums are added, in the last step trained",
    unit: "number",
    read: (question) => partialSums(question)?.whole ?? null,
  },
  sumOfGelus: {
    means: "GELU of each partial sum, then added",
    unit: "number",
    read: (question) => {
      const found = partialSums(question);
      return found && sum(found.parts.map(gelu));
    },
  },
  geluOfSum: {
    means: "the partial sums added, then GELU of it",
    unit: "number",
    read: (question) => {
      const found = partialSums(question);
      return found && gelu(found.whole);
    },
  },
});

/**
 * One place of the first row, of the few that were looked at: that at which it matters most whether GELU or the sum
 * comes first. Null unless every device's partial sum, and the completed one, were looked at.
 */
function partialSums({ figure, reports }: RunQuestion): { parts: number[]; whole: number } | null {
  const { observations } = reports[reports.length - 1];
  const seen = (op: Observation["op"], rank: number) => observations.find((o) => o.op === op && o.rank === rank)?.first;
  const wholes = seen("allReduce", 0);
  const parts = range(figure.devices.length).map((rank) => seen("forward", rank));
  if (!wholes || !parts.every((part) => part !== undefined)) return null;
  const places = wholes.map((whole, i) => ({ whole, parts: parts.map((part) => part[i]) }));
  const matters = (place: { parts: number[]; whole: number }) =>
    Math.abs(sum(place.parts.map(gelu)) - gelu(place.whole));
  return places.reduce((most, place) => (matters(place) > matters(most) ? place : most));
}

/** As in `engine/layers/gelu.ts`. */
export function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function overTp({ trace }: Figure, rank: number): Collective[] {
  return trace.program.ranks[rank].instructions.filter(isCollective).filter(({ axis }) => axis === "tp");
}

/** Those inside forward and backward. */
function ofLayers(figure: Figure, rank: number): Collective[] {
  return overTp(figure, rank).filter(({ action }) => action !== undefined);
}

function tensorBytes({ trace: { program } }: Figure, rank: number, collective: Collective): number {
  return ringElements(collective, program.ranks[rank].buffers, program.mesh.tp) * BYTES_PER_ELEMENT;
}

function sentBytes({ trace: { program } }: Figure, rank: number, collective: Collective): number {
  const { mesh, ranks } = program;
  const size = groupOf(mesh, "tp", rank).length;
  const elements = ringSentElements(collective, ranks[rank].buffers, size, coordsOf(mesh, rank).tp);
  return elements * BYTES_PER_ELEMENT;
}

function gptOf({ model }: Figure["scenario"]) {
  if (model.kind !== "gpt") throw new Error("only a transformer has heads and a vocabulary");
  return model;
}
