/** The engine in a Web Worker, fetched when it is first started. */
import { createBirpc } from "birpc";
import type { CaseCheck } from "@/engine/reference/checkCase";
import type { CheckRequest, EngineService, PageService, StepReport } from "@/engine/worker/protocol";
import type { EngineClient } from "./trainingRun";

const HAND_ON_MS = 50;

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
  let onSteps: (reports: StepReport[]) => void = () => {};
  // Steps of a small model come faster than they can be drawn: they are handed on together, many times a second.
  let waiting: StepReport[] = [];
  const handOn = () => {
    const reports = waiting.filter((report) => report.runId === runId);
    waiting = [];
    if (reports.length > 0) onSteps(reports);
  };
  const engine = createBirpc<EngineService, PageService>(
    {
      onStep: (report) => {
        if (waiting.length === 0) setTimeout(handOn, HAND_ON_MS);
        waiting.push(report);
      },
    },
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
    open({ scenario, backend, watch, onSteps: listener }) {
      runId += 1;
      onSteps = listener;
      return Promise.race([engine.open({ runId, scenario, backend, watch }), died]);
    },
    train: (numSteps) => Promise.race([engine.train(runId, numSteps).then(handOn), died]),
    record: (place) => void engine.record.asEvent(runId, place),
    parameter: (name) => Promise.race([engine.parameter(runId, name), died]),
    pause: () => void engine.pause.asEvent(runId),
    close: () => void engine.close.asEvent(runId),
    tryMistake: (request) => Promise.race([engine.tryMistake(request), died]),
    check: (request) => Promise.race([engine.check(request), died]),
    dispose: () => worker.terminate(),
  };
}
