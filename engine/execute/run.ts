/**
 * The Program read as numbers: a training run on simulated devices, which follows the events of the trace with real
 * tensors, one training step at a call.
 */
import { dispose as disposeTensor, type Tensor, type Tensor2D } from "@tensorflow/tfjs-core";
import { account, type MemoryProfile } from "../account/account";
import { sum } from "../base/range";
import type { Transfer } from "../collectives/ring";
import { openDataset, type Sample } from "../data/dataset";
import { causalMask } from "../layers/attention";
import type { VocabPart } from "../layers/vocabParallel";
import { coordsOf, groupOf } from "../mesh/mesh";
import { describeRankModel, vocabPartSize } from "../model/tensorParallel";
import { type BufferId, type Instruction, isCollective, messageKey } from "../program";
import { microbatchesPerRank } from "../scenario/legality";
import type { Scenario } from "../scenario/schema";
import { eventsOf } from "../trace/events";
import type { Trace } from "../trace/trace";
import type { CollectiveRecord } from "./collectiveRecord";
import { type Member, runCollective } from "./collectives";
import { type Device, openDevice } from "./device";
import { putInitialValues } from "./initialValues";
import { runInstruction, type StepContext } from "./instructions";
import { openMailbox } from "./mailbox";
import { openMemoryCheck } from "./memoryCheck";
import { type Observation, observe, type Watch } from "./observe";
import { type CollectiveRecorder, openRecorder } from "./recordCollective";

export interface StepResult {
  /** Counts from 1. */
  step: number;
  /** Averaged over the targets of the global batch. */
  loss: number;
  /** The global L2 norm before clipping. */
  gradNorm: number;
  /** Were the accounted and the held bytes equal at every event? */
  memoryAgrees: boolean;
  /** What disagreed first, if anything did. */
  disagreement: string | null;
  /** Every message of every collective, in the order in which they happened. */
  messages: Message[];
  observations: Observation[];
  /** The collective that was to be recorded; null when none was, or it is not in the program. */
  collective: CollectiveRecord | null;
}

/** One member's part of a collective. */
export interface CollectivePlace {
  rank: number;
  index: number;
}

/** A transfer between positions of a group, whose ranks are `group`. */
export interface Message extends Transfer {
  on: string;
  group: readonly number[];
}

export interface TrainingRun {
  readonly trace: Trace;
  readonly profiles: readonly MemoryProfile[];
  /** Trains one step on the next batch. */
  step(watch?: readonly Watch[], record?: CollectivePlace | null): Promise<StepResult>;
  /** Copies what a rank keeps of the parameters to the host, by the names of its buffers. */
  readParameters(rank: number): Promise<Map<string, Float32Array>>;
  dispose(): void;
}

/**
 * Opens a run; every tensor that it makes is gone after `dispose`.
 *
 * @param model the one that the trace's program was built from
 */
export function openRun(scenario: Scenario, trace: Trace, model = describeRankModel(scenario)): TrainingRun {
  const events = eventsOf(trace);
  const profiles = account(trace, events);
  const nodes = new Map(model.units.flatMap((unit) => unit.nodes).map((node) => [node.name, node]));
  const mask_TT = scenario.model.kind === "gpt" ? causalMask(scenario.model.seq) : null;
  const dataset = openDataset(scenario);
  const devices = trace.program.ranks.map((program, rank) => openDevice(rank, program));
  const mailbox = openMailbox();
  putInitialValues(devices, trace.program.mesh, model, scenario.seed);
  const { mesh } = trace.program;
  const vocabParts = devices.map(({ rank }) => vocabPartOf(rank));
  let stepsDone = 0;

  return {
    trace,
    profiles,
    async step(watch = [], record = null) {
      const result = await followEvents(contextOf(dataset.nextBatch()), watch, record);
      stepsDone += 1;
      return result;
    },
    async readParameters(rank) {
      const device = devices[rank] as Device;
      const { resident, buffers } = device.program;
      const ids = resident.filter((id) => buffers[id]?.kind === "parameters");
      const read = async (id: BufferId) =>
        [buffers[id]?.name ?? "", (await device.get(id).data()) as Float32Array] as const;
      return new Map(await Promise.all(ids.map(read)));
    },
    dispose() {
      for (const device of devices) device.disposeAll();
      mailbox.disposeAll();
      if (mask_TT) disposeTensor(mask_TT);
    },
  };

  /** Ranks that differ in dp hold the same gradients, unless ZeRO cuts them; those that differ in pp never do. */
  function globalNorm(reports: readonly Report[]): number {
    const summed = scenario.optimizer.clip !== undefined;
    const counts = (rank: number) => scenario.zero > 0 || coordsOf(mesh, rank).dp === 0;
    const parts = reports.filter(({ rank }) => counts(rank)).map(({ squares }) => squares);
    return Math.sqrt(summed ? (parts[0] as number) : sum(parts));
  }

  async function followEvents(
    context: StepContext,
    watch: readonly Watch[],
    record: CollectivePlace | null,
  ): Promise<StepResult> {
    const check = openMemoryCheck(devices, profiles, mailbox);
    const messages: Message[] = [];
    const observations: Observation[] = [];
    const reports: Report[] = [];
    let arrived: Member[] = [];
    let recorder: CollectiveRecorder | null = null;
    let collective: CollectiveRecord | null = null;
    for (const { rank, index, phase } of events) {
      const device = devices[rank] as Device;
      const instruction = device.program.instructions[index] as Instruction;
      if (phase === "end") {
        for (const id of instruction.frees) device.free(id);
        check.afterEvent(rank);
      } else if (isCollective(instruction)) {
        // The members start side by side, so the collective happens when the last of them does.
        arrived.push([device, instruction]);
        const group = groupOf(mesh, instruction.axis, rank);
        if (record && rank === record.rank && index === record.index) recorder = openRecorder();
        if (arrived.length === group.length) {
          const transfers = runCollective(arrived, recorder?.note);
          if (recorder && record) {
            // Read at once, so that nothing but the devices' own tensors is left for the check.
            collective = await recorder.read({ ...record, step: context.step, members: group }, transfers);
            recorder = null;
          }
          messages.push(...transfers.map((transfer) => ({ ...transfer, on: instruction.on, group })));
          for (const [member] of arrived) check.afterEvent(member.rank);
          arrived = [];
        }
      } else {
        if (instruction.op === "report") reports.push(await readReport(device, instruction.reads));
        else if (instruction.op === "send")
          mailbox.send(messageKey(mesh, rank, instruction), sentTensor(device, instruction));
        else if (instruction.op === "recv") {
          device.put(instruction.writes[0] as number, mailbox.take(messageKey(mesh, rank, instruction)));
        } else runInstruction(device, instruction, context);
        check.afterEvent(rank);
      }
      for (const item of watch) {
        if (item.op !== instruction.op || item.on !== instruction.on || item.phase !== phase) continue;
        observations.push(await observe(device, item));
      }
    }
    const losses = reports.flatMap((report) => report.losses);
    return {
      step: context.step,
      loss: sum(losses) / losses.length,
      gradNorm: globalNorm(reports),
      memoryAgrees: check.disagreement() === null,
      disagreement: check.disagreement(),
      messages,
      observations,
      collective,
    };
  }

  function vocabPartOf(rank: number): VocabPart {
    const { model: config } = scenario;
    const vocab = config.kind === "gpt" ? config.vocab : 0;
    const size = vocabPartSize(vocab, mesh.tp);
    const start = coordsOf(mesh, rank).tp * size;
    return { start, size, numReal: Math.max(0, Math.min(size, vocab - start)) };
  }

  function contextOf(batch: readonly Sample[]): StepContext {
    const { micro } = scenario.batch;
    const numMicrobatches = microbatchesPerRank(scenario);
    return {
      step: stepsDone + 1,
      nodes,
      optimizer: scenario.optimizer,
      mesh,
      hasTokens: scenario.model.kind === "gpt",
      passContext: ({ sizes }, rank, share) => ({
        sizes,
        share,
        vocabPart: vocabParts[rank] as VocabPart,
        mask_TT: mask_TT as Tensor2D | null,
        targetsPerMicrobatch: micro * dataset.targetsPerSample,
      }),
      samples(rank, microbatch, axis) {
        const part = axis ? coordsOf(mesh, rank)[axis] : 0;
        const first = (part * numMicrobatches + microbatch) * micro;
        return batch.slice(first, first + micro);
      },
    };
  }
}

interface Report {
  rank: number;
  squares: number;
  losses: number[];
}

/** The first buffer that a report reads is the sum of squares, the others are the micro-batches' losses. */
async function readReport(device: Device, reads: readonly number[]): Promise<Report> {
  const values = await Promise.all(reads.map(async (id) => (await device.get(id).data())[0] as number));
  return { rank: device.rank, squares: values[0] as number, losses: values.slice(1) };
}

function sentTensor(device: Device, { reads }: Instruction): Tensor {
  return device.get(reads[0] as number);
}
