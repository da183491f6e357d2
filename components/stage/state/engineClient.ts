/** The engine in a Web Worker, fetched when it is first started. */
import { createBirpc } from "birpc";
import type { CaseCheck } from "@/engine/reference/checkCase";
import type { CheckRequest, EngineService, PageService, StepReport } from "@/engine/worker/protocol";
import type { EngineClient } from "./stageStore";

/** The engine of a page that also compares backends with PyTorch. */
export interface CheckingClient extends EngineClient {
  check(request: CheckRequest): Promise<CaseCheck>;
}

export function startEngine(): CheckingClient {
  const wasmFolderUrl = new URL(`${process.env.NEXT_PUBLIC_BASE_PATH ?? ""}/tfjs-wasm/`, window.location.origin).href;
  const worker = new Worker(new URL("../../../engine/worker/worker.ts", import.meta.url), {
    type: "module",
    name: wasmFolderUrl,
  });
  let runId = 0;
  let onStep: (report: StepReport) => void = () => {};
  const engine = createBirpc<EngineService, PageService>(
    { onStep: (report) => report.runId === runId && onStep(report) },
    {
      post: (data) => worker.postMessage(data),
      on: (receive) => worker.addEventListener("message", ({ data }) => receive(data)),
      timeout: -1,
    },
  );
  /** A worker that dies answers nobody: its calls fail with this. */
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener("error", ({ message }) =>
      reject(new Error(`the engine stopped: ${message || "it could not be loaded"}`)),
    );
  });
  died.catch(() => {});

  return {
    open({ scenario, backend, watch, onStep: listener }) {
      runId += 1;
      onStep = listener;
      return Promise.race([engine.open({ runId, scenario, backend, watch }), died]);
    },
    train: (numSteps) => Promise.race([engine.train(runId, numSteps), died]),
    pause: () => void engine.pause.asEvent(runId),
    close: () => void engine.close.asEvent(runId),
    check: (request) => Promise.race([engine.check(request), died]),
    dispose: () => worker.terminate(),
  };
}
