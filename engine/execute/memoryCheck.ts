/**
 * Compares the memory that the ledger foretold with the memory that is really held: on each device at each of its
 * events by kind, and in the tensor backend, whose own count must be the sum over the devices and the messages under way.
 */
import { memory } from "@tensorflow/tfjs-core";
import { type MemoryProfile, noBytes, totalBytes } from "../account/account";
import { MEMORY_KINDS } from "../program/program";
import type { Device } from "./device";
import type { Mailbox } from "./mailbox";

export interface MemoryCheck {
  /** To be called after each event, with its rank. */
  afterEvent(rank: number): void;
  /** What disagreed first, or null. */
  disagreement(): string | null;
}

/** Opens the check of one step. Whatever else the backend holds now (constants, other runs) must stay as it is. */
export function openMemoryCheck(
  devices: readonly Device[],
  profiles: readonly MemoryProfile[],
  mailbox: Mailbox,
): MemoryCheck {
  const held = () => devices.reduce((total, { heldBytes }) => total + totalBytes(heldBytes), mailbox.bytes);
  const otherBytes = memory().numBytes - held();
  const eventCount = devices.map(() => 0);
  let first: string | null = null;
  return {
    afterEvent(rank) {
      if (first) return;
      const event = (eventCount[rank] as number) + 1;
      eventCount[rank] = event;
      const foretold = profiles[rank]?.bytes[event] ?? noBytes();
      const { heldBytes } = devices[rank] as Device;
      for (const kind of MEMORY_KINDS) {
        if (heldBytes[kind] !== foretold[kind]) {
          first = `rank ${rank}, event ${event}: holds ${heldBytes[kind]} bytes of ${kind}, the ledger says ${foretold[kind]}`;
        }
      }
      const backendBytes = memory().numBytes - otherBytes;
      if (backendBytes !== held()) {
        first ??= `rank ${rank}, event ${event}: the backend counts ${backendBytes} bytes, the devices ${held()}`;
      }
    },
    disagreement: () => first,
  };
}
