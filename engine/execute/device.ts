/**
 * A simulated device: the tensors it holds, by the buffer ids of its program, and how many bytes they really are.
 */
import { dispose, type Tensor } from "@tensorflow/tfjs-core";
import { type BytesByKind, noBytes } from "../account/account";
import { invariant } from "../base/assert";
import { BYTES_PER_ELEMENT } from "../base/units";
import type { BufferId, RankProgram } from "../program/program";

export interface Device {
  readonly rank: number;
  readonly program: RankProgram;
  /** Bytes of the tensors held now, measured on the tensors. */
  readonly heldBytes: BytesByKind;
  /** @throws InvariantError when the buffer is not held */
  get(id: BufferId): Tensor;
  /** Takes a tensor into memory; the device owns it from now on. */
  put(id: BufferId, tensor: Tensor): void;
  /** Puts a new value in a buffer's place. */
  replace(id: BufferId, tensor: Tensor): void;
  /** Gives a buffer's memory back. */
  free(id: BufferId): void;
  disposeAll(): void;
}

export function openDevice(rank: number, program: RankProgram): Device {
  const tensors = new Map<BufferId, Tensor>();
  const heldBytes = noBytes();
  const nameOf = (id: BufferId) => program.buffers[id]?.name ?? `buffer ${id}`;
  const count = (id: BufferId, tensor: Tensor, sign: 1 | -1) => {
    heldBytes[program.buffers[id]?.kind ?? "buffers"] += sign * tensor.size * BYTES_PER_ELEMENT;
  };
  const device: Device = {
    rank,
    program,
    heldBytes,
    get(id) {
      const tensor = tensors.get(id);
      invariant(tensor, `rank ${rank} does not hold ${nameOf(id)}`);
      return tensor;
    },
    put(id, tensor) {
      invariant(!tensors.has(id), `rank ${rank} holds ${nameOf(id)} already`);
      tensors.set(id, tensor);
      count(id, tensor, 1);
    },
    replace(id, tensor) {
      device.free(id);
      device.put(id, tensor);
    },
    free(id) {
      const tensor = device.get(id);
      tensors.delete(id);
      count(id, tensor, -1);
      dispose(tensor);
    },
    disposeAll() {
      for (const id of [...tensors.keys()]) device.free(id);
    },
  };
  return device;
}
