/** Messages under way between devices: sent, and not yet taken. They belong to no device's memory. */
import { clone, dispose, type Tensor } from "@tensorflow/tfjs-core";
import { invariant } from "../base/assert";
import { BYTES_PER_ELEMENT } from "../base/units";

export interface Mailbox {
  readonly bytes: number;
  /** Copies a tensor into a message. */
  send(key: string, tensor: Tensor): void;
  /** Hands the message over; the caller owns it. @throws InvariantError when there is none */
  take(key: string): Tensor;
  disposeAll(): void;
}

export function openMailbox(): Mailbox {
  const messages = new Map<string, Tensor>();
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    send(key, tensor) {
      invariant(!messages.has(key), `${key} is sent twice`);
      messages.set(key, clone(tensor));
      bytes += tensor.size * BYTES_PER_ELEMENT;
    },
    take(key) {
      const tensor = messages.get(key);
      invariant(tensor, `there is no message ${key}`);
      messages.delete(key);
      bytes -= tensor.size * BYTES_PER_ELEMENT;
      return tensor;
    },
    disposeAll() {
      dispose([...messages.values()]);
      messages.clear();
      bytes = 0;
    },
  };
}
