/**
 * The training of one stage: an engine that is started and opened when somebody first trains, what it has reported
 * since, and how one goes on after it failed.
 */
import type { BackendName, BackendReport } from "@/engine/backends/backend";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import type { Watch } from "@/engine/execute/observe";
import type { Prediction } from "@/engine/execute/predictionResult";
import type { CollectivePlace } from "@/engine/execute/run";
import type { Scenario, ScenarioInput } from "@/engine/scenario";
import type { ParameterValues, StepReport, Trial, TrialRequest } from "@/engine/worker/protocol";

export type TrainingStatus = "idle" | "starting" | "training" | "paused" | "done" | "failed";

export interface Training {
  status: TrainingStatus;
  /** Null until a backend has been chosen. */
  backend: BackendName | null;
  backends: readonly BackendReport[];
  steps: readonly StepReport[];
  prediction: Prediction | null;
  /** The last one that was recorded. */
  collective: CollectiveRecord | null;
  /** Why it failed, in a sentence. */
  failure: string | null;
}

export const NO_TRAINING: Training = {
  status: "idle",
  backend: null,
  backends: [],
  steps: [],
  prediction: null,
  collective: null,
  failure: null,
};

/** The steps that have been trained since: what was looked at last is what is shown. */
export function withReports(training: Training, reports: readonly StepReport[]): Training {
  return {
    ...training,
    steps: [...training.steps, ...reports],
    prediction: reports.findLast((report) => report.prediction)?.prediction ?? training.prediction,
    collective: reports.findLast((report) => report.collective)?.collective ?? training.collective,
  };
}

/** What is asked of the engine; the browser's is a worker, a test's may be anything. */
export interface EngineClient {
  open(request: {
    scenario: ScenarioInput;
    backend: BackendName | "auto";
    watch: Watch[];
    onSteps: (reports: StepReport[]) => void;
  }): Promise<{ backend: BackendName; backends: BackendReport[]; prediction: Prediction | null }>;
  train(numSteps: number): Promise<void>;
  record(place: CollectivePlace | null): void;
  parameter(name: string): Promise<ParameterValues | null>;
  tryMistake(request: TrialRequest): Promise<Trial>;
  pause(): void;
  close(): void;
  dispose(): void;
}

export interface TrainingRun {
  /** Trains up to so many further steps. A failure is a status, never thrown. */
  train(numSteps: number): Promise<void>;
  /** Trains a step, and records one of its collectives. */
  trainRecording(place: CollectivePlace): Promise<void>;
  /** A whole parameter as the devices hold it now; null while no run is open, or a step runs. */
  readParameter(name: string): Promise<ParameterValues | null>;
  /** @throws Error what the engine says when the trial fails */
  tryMistake(scenario: ScenarioInput, mistake: string | null): Promise<Trial>;
  pause(): void;
  /** Back to the initial parameters, or on to another scenario. */
  end(): void;
  dispose(): void;
}

export interface TrainingRunOptions {
  startEngine: () => EngineClient;
  watch: Watch[];
  /** What is to be trained, and on what. */
  wanted: () => { scenario: Scenario; backend: BackendName | "auto" };
  get: () => Training;
  set: (training: Training) => void;
}

export function createTrainingRun({ startEngine, watch, wanted, get, set }: TrainingRunOptions): TrainingRun {
  let engine: EngineClient | null = null;
  /** Counts up when a run ends: answers to an older generation are dropped. */
  let generation = 0;
  let opened = false;
  /** While the engine gets ready: whoever trains meanwhile waits for the same. */
  let opening: Promise<void> | null = null;
  /** How often somebody wanted a pause before the engine was ready: what was asked of it before that is off. */
  let pausesAtStart = 0;

  const patch = (changes: Partial<Training>) => set({ ...get(), ...changes });

  /** Nothing trained yet, on the backend that is known. */
  const anew = (status: TrainingStatus): Training => {
    const { backend, backends } = get();
    return { ...NO_TRAINING, status, backend, backends };
  };

  const dropEngine = () => {
    engine?.dispose();
    engine = null;
    opened = false;
    opening = null;
  };

  /** An engine that failed may be dead: whoever trains next gets a new one. */
  const fail = (own: number, error: unknown) => {
    if (own !== generation) return;
    dropEngine();
    patch({ status: "failed", failure: (error as Error).message });
  };

  const open = async (own: number) => {
    // A run that failed is begun anew.
    set(anew("starting"));
    engine ??= startEngine();
    const answer = await engine.open({
      ...wanted(),
      watch,
      onSteps: (reports) => {
        if (own === generation) set(withReports(get(), reports));
      },
    });
    if (own !== generation) return;
    opened = true;
    opening = null;
    patch(answer);
  };

  /** @returns whether the engine is ready for what was asked, which nobody has taken back meanwhile */
  const isReady = async (own: number): Promise<boolean> => {
    const pauses = pausesAtStart;
    if (!opened) {
      opening ??= open(own);
      await opening;
    }
    if (own !== generation) return false;
    if (pauses === pausesAtStart) return true;
    if (get().status === "starting") patch({ status: "paused" });
    return false;
  };

  const train = async (numSteps: number) => {
    const own = generation;
    try {
      if (!(await isReady(own)) || get().status === "training") return;
      patch({ status: "training" });
      await engine?.train(numSteps);
      if (own === generation) patch({ status: get().steps.length >= wanted().scenario.steps ? "done" : "paused" });
    } catch (error) {
      fail(own, error);
    }
  };

  return {
    train,
    async trainRecording(place) {
      const own = generation;
      try {
        // The scenario may have changed while the engine started: nobody asked to train the new one.
        if (!(await isReady(own))) return;
      } catch (error) {
        fail(own, error);
        return;
      }
      engine?.record(place);
      await train(1);
      if (own === generation) engine?.record(null);
    },
    async readParameter(name) {
      return opened && get().status !== "starting" ? ((await engine?.parameter(name)) ?? null) : null;
    },
    async tryMistake(scenario, mistake) {
      engine ??= startEngine();
      const used = engine;
      try {
        return await used.tryMistake({ backend: wanted().backend, scenario, mistake });
      } catch (error) {
        // Without a run in it there is nothing to lose, and it may be dead.
        if (engine === used && !opened && !opening) dropEngine();
        throw error;
      }
    },
    pause() {
      if (get().status === "starting") pausesAtStart += 1;
      else engine?.pause();
    },
    end() {
      generation += 1;
      if (opened || opening) engine?.close();
      opened = false;
      opening = null;
      set(anew("idle"));
    },
    dispose() {
      generation += 1;
      dropEngine();
    },
  };
}
