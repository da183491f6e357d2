/**
 * The state of one stage: the scenario as the controls say it, the last figure that could be built from it, the
 * cursor in its trace, and the training run. A vanilla store, one a stage; React subscribes to it.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { BackendName, BackendReport } from "@/engine/backends/backend";
import { Refusal } from "@/engine/base/assert";
import type { Watch } from "@/engine/execute/observe";
import type { Prediction } from "@/engine/execute/predictionResult";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { Place } from "@/engine/trace";
import type { StepReport } from "@/engine/worker/protocol";
import { buildFigure, type Figure, momentAt } from "./figure";

/** One sentence, and the field of the scenario that it is about. */
export interface RefusalNote {
  sentence: string;
  path: readonly string[];
}

export type TrainingStatus = "idle" | "starting" | "training" | "paused" | "done" | "failed";

export interface Training {
  status: TrainingStatus;
  /** Null until a backend has been chosen. */
  backend: BackendName | null;
  backends: readonly BackendReport[];
  steps: readonly StepReport[];
  prediction: Prediction | null;
  /** Why it failed, in a sentence. */
  failure: string | null;
}

export interface StageState {
  /** What the controls say; may be refused. */
  draft: ScenarioInput;
  /** Why the draft cannot be run; the figure is then still the last good one. */
  refusal: RefusalNote | null;
  figure: Figure;
  /** The cursor: a time in the trace. */
  cursorMs: number;
  playing: boolean;
  /** How much of the step passes in a second of play: 0.1 plays it in ten seconds. */
  speed: number;
  /** The device whose bytes are read out. */
  rank: number;
  /** What somebody asks about, and the stage then explains; null when nobody asks. */
  asked: Place | null;
  backendChoice: BackendName | "auto";
  training: Training;

  setDraft(draft: ScenarioInput): void;
  setCursor(timeMs: number): void;
  /** To the next (1) or previous (-1) moment at which something starts or ends. Stops playing. */
  stepCursor(direction: 1 | -1): void;
  setPlaying(playing: boolean): void;
  setSpeed(speed: number): void;
  /** Moves a playing cursor on by so much wall time; stops it at the end. */
  advance(elapsedMs: number): void;
  selectRank(rank: number): void;
  ask(place: Place | null): void;
  chooseBackend(choice: BackendName | "auto"): void;
  /** Trains up to so many further steps. */
  train(numSteps: number): void;
  pauseTraining(): void;
  /** Back to the initial parameters. */
  resetTraining(): void;
  /** Ends the worker. */
  dispose(): void;
}

export type StageStore = StoreApi<StageState>;

/** What the store asks of the engine; the browser's is a worker, a test's may be anything. */
export interface EngineClient {
  open(request: {
    scenario: ScenarioInput;
    backend: BackendName | "auto";
    watch: Watch[];
    onSteps: (reports: StepReport[]) => void;
  }): Promise<{ backend: BackendName; backends: BackendReport[]; prediction: Prediction | null }>;
  train(numSteps: number): Promise<void>;
  pause(): void;
  close(): void;
  dispose(): void;
}

export interface StageOptions {
  scenario: ScenarioInput;
  /** Started when training first begins. */
  startEngine: () => EngineClient;
  watch?: Watch[];
}

const NO_TRAINING: Training = {
  status: "idle",
  backend: null,
  backends: [],
  steps: [],
  prediction: null,
  failure: null,
};

/** @throws Refusal when the initial scenario cannot be run */
export function createStageStore({ scenario, startEngine, watch = [] }: StageOptions): StageStore {
  let engine: EngineClient | null = null;
  /** Counts up when the scenario or the backend changes: answers to an older generation are dropped. */
  let generation = 0;
  let opened = false;

  return createStore<StageState>()((set, get) => {
    const patchTraining = (patch: Partial<Training>) => set({ training: { ...get().training, ...patch } });

    const endRun = () => {
      generation += 1;
      if (opened) engine?.close();
      opened = false;
      set({ training: { ...NO_TRAINING, backend: get().training.backend, backends: get().training.backends } });
    };

    const open = async (own: number) => {
      engine ??= startEngine();
      patchTraining({ status: "starting", failure: null });
      opened = true;
      const answer = await engine.open({
        scenario: get().figure.scenario,
        backend: get().backendChoice,
        watch,
        onSteps: (reports) => {
          if (own !== generation) return;
          const { steps, prediction } = get().training;
          const latest = reports.findLast((report) => report.prediction)?.prediction;
          patchTraining({ steps: [...steps, ...reports], prediction: latest ?? prediction });
        },
      });
      if (own === generation) patchTraining(answer);
    };

    return {
      draft: scenario,
      refusal: null,
      figure: buildFigure(parseScenario(scenario)),
      cursorMs: 0,
      playing: false,
      speed: 0.1,
      rank: 0,
      asked: null,
      backendChoice: "auto",
      training: NO_TRAINING,

      setDraft(draft) {
        try {
          const figure = buildFigure(parseScenario(draft));
          const rank = Math.min(get().rank, figure.devices.length - 1);
          set({ draft, figure, refusal: null, cursorMs: 0, playing: false, rank, asked: null });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          set({ draft, refusal: { sentence: error.message, path: error.path } });
          return;
        }
        endRun();
      },
      setCursor(timeMs) {
        set({ cursorMs: Math.max(0, Math.min(timeMs, get().figure.trace.stepMs)), playing: false });
      },
      stepCursor(direction) {
        const { figure, cursorMs } = get();
        const at = momentAt(figure, cursorMs);
        const between = cursorMs > (figure.moments[at] as number);
        const next = direction === 1 ? at + 1 : between ? at : at - 1;
        const index = Math.max(0, Math.min(next, figure.moments.length - 1));
        set({ cursorMs: figure.moments[index] as number, playing: false });
      },
      setPlaying(playing) {
        const { cursorMs, figure } = get();
        const atEnd = cursorMs >= figure.trace.stepMs;
        set({ playing, cursorMs: playing && atEnd ? 0 : cursorMs });
      },
      setSpeed: (speed) => set({ speed }),
      advance(elapsedMs) {
        const { playing, cursorMs, figure, speed } = get();
        if (!playing) return;
        const next = cursorMs + (elapsedMs / 1000) * speed * figure.trace.stepMs;
        const end = figure.trace.stepMs;
        set(next >= end ? { cursorMs: end, playing: false } : { cursorMs: next });
      },
      selectRank: (rank) => set({ rank }),
      ask: (asked) => set({ asked }),
      chooseBackend(choice) {
        set({ backendChoice: choice });
        endRun();
      },
      async train(numSteps) {
        const own = generation;
        try {
          if (!opened) await open(own);
          if (own !== generation || get().training.status === "training") return;
          patchTraining({ status: "training" });
          await engine?.train(numSteps);
          if (own === generation) {
            const done = get().training.steps.length >= get().figure.scenario.steps;
            patchTraining({ status: done ? "done" : "paused" });
          }
        } catch (error) {
          if (own === generation) patchTraining({ status: "failed", failure: (error as Error).message });
        }
      },
      pauseTraining: () => engine?.pause(),
      resetTraining: endRun,
      dispose() {
        generation += 1;
        engine?.dispose();
        engine = null;
        opened = false;
      },
    };
  });
}
