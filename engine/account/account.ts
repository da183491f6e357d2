/**
 * The Program read as memory: how many bytes of each kind every device holds, at every moment of a trace.
 *
 * A buffer is born when the instruction that writes it starts and dies when the instruction that frees it ends.
 */
import { bufferBytes, MEMORY_KINDS, type MemoryKind, type RankProgram } from "../program/program";
import { eventsOf, type TraceEvent } from "../trace/events";
import type { Trace } from "../trace/trace";

export type BytesByKind = Record<MemoryKind, number>;

/** One device's memory through the step: entry 0 is before it, entry i + 1 after the rank's i-th event. */
export interface MemoryProfile {
  atMs: number[];
  /** The instruction that started or ended then; null before the step. */
  index: (number | null)[];
  bytes: BytesByKind[];
  /** Micro-batches whose activations are held, as (stage, micro-batch) pairs. */
  microbatches: number[];
}

/** @returns a profile a rank */
export function account(trace: Trace, events: readonly TraceEvent[] = eventsOf(trace)): MemoryProfile[] {
  const ledgers = trace.program.ranks.map(openLedger);
  for (const { rank, index, phase, atMs } of events) {
    const { instructions } = trace.program.ranks[rank] as RankProgram;
    const { replaces, writes, frees, action, stream } = instructions[index] as (typeof instructions)[number];
    const ledger = ledgers[rank] as Ledger;
    if (phase === "start") {
      ledger.remove(replaces);
      ledger.add(writes);
      if (action && stream === "compute") ledger.holds.add(`${action.stage}:${action.microbatch}`);
    } else {
      ledger.remove(frees);
      if (action && ledger.lastUse.get(`${action.stage}:${action.microbatch}`) === index) {
        ledger.holds.delete(`${action.stage}:${action.microbatch}`);
      }
    }
    ledger.note(atMs, index);
  }
  return ledgers.map(({ profile }) => profile);
}

interface Ledger {
  profile: MemoryProfile;
  holds: Set<string>;
  /** For each (stage, micro-batch), its last instruction: then nothing of it is held any more. */
  lastUse: Map<string, number>;
  add(ids: readonly number[]): void;
  remove(ids: readonly number[]): void;
  note(atMs: number, index: number | null): void;
}

function openLedger({ buffers, resident, instructions }: RankProgram): Ledger {
  const now = noBytes();
  const profile: MemoryProfile = { atMs: [], index: [], bytes: [], microbatches: [] };
  const change = (ids: readonly number[], sign: 1 | -1) => {
    for (const id of ids) {
      const buffer = buffers[id] as (typeof buffers)[number];
      now[buffer.kind] += sign * bufferBytes(buffer);
    }
  };
  const ledger: Ledger = {
    profile,
    holds: new Set(),
    lastUse: new Map(
      instructions.flatMap(({ action, stream }, index) =>
        action && stream === "compute" ? [[`${action.stage}:${action.microbatch}`, index]] : [],
      ),
    ),
    add: (ids) => change(ids, 1),
    remove: (ids) => change(ids, -1),
    note: (atMs, index) => {
      profile.atMs.push(atMs);
      profile.index.push(index);
      profile.bytes.push({ ...now });
      profile.microbatches.push(ledger.holds.size);
    },
  };
  ledger.add(resident);
  ledger.note(0, null);
  return ledger;
}

export function noBytes(): BytesByKind {
  return { parameters: 0, gradients: 0, optimizer: 0, activations: 0, buffers: 0 };
}

export function totalBytes(bytes: BytesByKind): number {
  return MEMORY_KINDS.reduce((total, kind) => total + bytes[kind], 0);
}

export interface OutOfMemory {
  rank: number;
  atMs: number;
  /** What it then holds. */
  bytes: number;
  /** The instruction for whose tensors there is no room; null: the step begins without room. */
  index: number | null;
}

/** The first moment at which a device holds more than there is room for; null when everything fits. */
export function outOfMemory(profiles: readonly MemoryProfile[], capacityBytes: number): OutOfMemory | null {
  let first: OutOfMemory | null = null;
  profiles.forEach(({ atMs, index, bytes }, rank) => {
    const entry = bytes.findIndex((held) => totalBytes(held) > capacityBytes);
    if (entry < 0 || (first && first.atMs <= (atMs[entry] as number))) return;
    const held = totalBytes(bytes[entry] as BytesByKind);
    first = { rank, atMs: atMs[entry] as number, bytes: held, index: index[entry] as number | null };
  });
  return first;
}

export interface Peaks {
  /** The largest total, and the largest of each kind: they need not fall on one moment. */
  peakBytes: BytesByKind & { total: number };
  peakMicrobatches: number;
}

export function peaksOf({ bytes, microbatches }: MemoryProfile): Peaks {
  const peakBytes = { total: 0, ...noBytes() };
  for (const moment of bytes) {
    peakBytes.total = Math.max(peakBytes.total, totalBytes(moment));
    for (const kind of MEMORY_KINDS) peakBytes[kind] = Math.max(peakBytes[kind], moment[kind]);
  }
  return { peakBytes, peakMicrobatches: microbatches.reduce((a, b) => Math.max(a, b), 0) };
}
