/** Tensor backends in Node: their modules are loaded when asked for, nothing native is needed. */
import { fileURLToPath } from "node:url";
import { enableProdMode, ready, setBackend } from "@tensorflow/tfjs-core";
import { Refusal } from "../base/assert";

export const NODE_BACKENDS = ["wasm", "cpu"] as const;
export type NodeBackend = (typeof NODE_BACKENDS)[number];

/** @throws Refusal when there is no such backend in Node */
export async function startNodeBackend(name: string): Promise<NodeBackend> {
  if (name === "wasm") {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(fileURLToPath(new URL("../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
  } else if (name === "cpu") {
    await import("@tensorflow/tfjs-backend-cpu");
  } else {
    throw new Refusal(`backend must be ${NODE_BACKENDS.join(" or ")}, not "${name}"`);
  }
  enableProdMode();
  await setBackend(name);
  await ready();
  return name;
}
