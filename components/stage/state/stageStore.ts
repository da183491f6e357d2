/**
 * The state of one stage: the scenario as the controls say it, the last figure that could be built from it, the
 * cursor in its trace, and the training run. A vanilla store, one a stage; React subscribes to it.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { BackendName } from "@/engine/backends/backend";
import { Refusal } from "@/engine/base/assert";
import type { Watch } from "@/engine/execute/observe";
import type { CollectivePlace } from "@/engine/execute/run";
import type { MemoryKind } from "@/engine/program";
import { parseScenario, type Scenario, type ScenarioInput } from "@/engine/scenario";
import type { Place } from "@/engine/trace";
import type { ParameterValues, Trial } from "@/engine/worker/protocol";
import { buildFigure, type Figure, momentAfter, momentBefore } from "./figure";
import { createTrainingRun, type EngineClient, NO_TRAINING, type Training } from "./trainingRun";
import { movedWindow, type Window, wholeStep, windowWith, zoomedWindow } from "./window";

/** One sentence, and the field of the scenario that it is about. */
export interface RefusalNote {
  sentence: string;
  path: readonly string[];
}

/** A device, a kind of its memory and a time. */
export interface BytePlace {
  rank: number;
  kind: MemoryKind;
  atMs: number;
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
  /** Whether play begins anew at the end. */
  loop: boolean;
  /** The stretch of time in view. It follows the cursor, and never leaves the step. */
  windowMs: Window;
  /** Whether the chain of operations that makes the step as long as it is, is drawn. */
  showsCriticalPath: boolean;
  /** How much of the step passes in a second of play: 0.1 plays it in ten seconds. */
  speed: number;
  /** The device whose bytes are read out. */
  rank: number;
  /** What somebody asks about, and the stage then explains; null when nobody asks. */
  asked: Place | null;
  /** The same, for bytes of one kind on one device. */
  askedBytes: BytePlace | null;
  /** The parameter that is shown large; null: the view takes one. */
  parameter: string | null;
  backendChoice: BackendName | "auto";
  training: Training;

  setDraft(draft: ScenarioInput): void;
  setCursor(timeMs: number): void;
  /**
   * To the next (1) or previous (-1) moment at which an operation, or a whole action, starts or ends. Stops playing.
   */
  stepCursor(direction: 1 | -1, by?: "operation" | "action"): void;
  setLoop(loop: boolean): void;
  setWindow(windowMs: Window): void;
  /** Makes the window so many times shorter, about a time that stays where it is; the cursor's unless said. */
  zoom(factor: number, aboutMs?: number): void;
  /** Moves the window on by a share of its own length. */
  pan(share: number): void;
  setCriticalPath(shows: boolean): void;
  setPlaying(playing: boolean): void;
  setSpeed(speed: number): void;
  /** Moves a playing cursor on by so much wall time; stops it at the end. */
  advance(elapsedMs: number): void;
  selectRank(rank: number): void;
  ask(place: Place | null): void;
  askBytes(place: BytePlace | null): void;
  showParameter(name: string | null): void;
  chooseBackend(choice: BackendName | "auto"): void;
  /** Trains up to so many further steps. */
  train(numSteps: number): Promise<void>;
  /** Trains a step, and records one of its collectives. */
  trainRecording(place: CollectivePlace): Promise<void>;
  /** A whole parameter as the devices hold it now; null while no run is open, or a step runs. */
  readParameter(name: string): Promise<ParameterValues | null>;
  /** Trains a scenario with a mistake in it, or without, on the stage's engine; not while the stage trains. */
  tryMistake(scenario: ScenarioInput, mistake: string | null): Promise<Trial>;
  pauseTraining(): void;
  /** Back to the initial parameters. */
  resetTraining(): void;
  /** Ends the worker. */
  dispose(): void;
}

export type StageStore = StoreApi<StageState>;

export interface StageOptions {
  scenario: ScenarioInput;
  /** Started when training first begins. */
  startEngine: () => EngineClient;
  watch?: Watch[];
  /** Where the stage stands at first; times as shares of the step. */
  start?: StageStart;
}

export interface StageStart {
  at?: number;
  window?: readonly [number, number];
  rank?: number;
  criticalPath?: boolean;
  /** What has been trained already. */
  training?: Training;
}

/** @throws Refusal when the initial scenario cannot be run */
export function createStageStore({ scenario, startEngine, watch = [], start = {} }: StageOptions): StageStore {
  const firstFigure = buildFigure(parseScenario(scenario));
  const { stepMs } = firstFigure.trace;
  /** Where steps made the window follow the cursor, while nothing else has moved it since. */
  let trail: { cursorMs: number; windowMs: Window; followed: Window }[] = [];

  return createStore<StageState>()((set, get) => {
    const moveCursor = (timeMs: number, playing: boolean, isStep = false) => {
      const { figure } = get();
      const cursorMs = Math.max(0, Math.min(timeMs, figure.trace.stepMs));
      set({ cursorMs, playing, windowMs: cursorMs === get().cursorMs ? get().windowMs : follow(cursorMs, isStep) });
    };

    /** The window that a moved cursor is seen in: of a step back, the one that was left by the step. */
    const follow = (cursorMs: number, isStep: boolean): Window => {
      const { figure, windowMs, cursorMs: fromMs } = get();
      const last = trail.at(-1);
      if (!isStep || last?.followed !== windowMs) trail = [];
      else if (last.cursorMs === cursorMs) {
        trail = trail.slice(0, -1);
        return last.windowMs;
      }
      const followed = windowWith(windowMs, cursorMs, figure.trace.stepMs);
      // A window that did not show where the step began would not be left alone by the step back.
      const wasSeen = fromMs >= windowMs[0] && fromMs <= windowMs[1];
      if (isStep && (followed !== windowMs || !wasSeen)) trail = [...trail, { cursorMs: fromMs, windowMs, followed }];
      return followed;
    };

    const run = createTrainingRun({
      startEngine,
      watch,
      wanted: () => ({ scenario: get().figure.scenario, backend: get().backendChoice }),
      get: () => get().training,
      set: (training) => set({ training }),
    });

    return {
      draft: scenario,
      refusal: null,
      figure: firstFigure,
      // What does not fit is first seen at the moment at which it fails.
      cursorMs: start.at === undefined ? (firstFigure.outOfMemory?.atMs ?? 0) : start.at * stepMs,
      playing: false,
      loop: false,
      windowMs: start.window ? [start.window[0] * stepMs, start.window[1] * stepMs] : wholeStep(stepMs),
      showsCriticalPath: start.criticalPath ?? false,
      speed: 0.1,
      rank: start.rank ?? 0,
      asked: null,
      askedBytes: null,
      parameter: null,
      backendChoice: "auto",
      training: start.training ?? NO_TRAINING,

      setDraft(draft) {
        const before = get().figure.scenario;
        try {
          const figure = buildFigure(parseScenario(draft));
          const rank = Math.min(get().rank, figure.devices.length - 1);
          const windowMs = wholeStep(figure.trace.stepMs);
          set({
            draft,
            figure,
            refusal: null,
            cursorMs: 0,
            playing: false,
            rank,
            windowMs,
            asked: null,
            askedBytes: null,
          });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          set({ draft, refusal: { sentence: error.message, path: error.path } });
          return;
        }
        if (!trainAlike(before, get().figure.scenario)) run.end();
      },
      setCursor(timeMs) {
        moveCursor(timeMs, false);
      },
      stepCursor(direction, by = "operation") {
        const { figure, cursorMs } = get();
        const timeMs = direction === 1 ? momentAfter(figure, cursorMs, by) : momentBefore(figure, cursorMs, by);
        moveCursor(timeMs, false, true);
      },
      setPlaying(playing) {
        const { cursorMs, figure } = get();
        const atEnd = cursorMs >= figure.trace.stepMs;
        moveCursor(playing && atEnd ? 0 : cursorMs, playing);
      },
      setLoop: (loop) => set({ loop }),
      setWindow: (windowMs) => set({ windowMs: movedWindow(windowMs, 0, get().figure.trace.stepMs) }),
      zoom(factor, aboutMs) {
        const { windowMs, cursorMs, figure } = get();
        const inView = cursorMs >= windowMs[0] && cursorMs <= windowMs[1];
        const centreMs = aboutMs ?? (inView ? cursorMs : (windowMs[0] + windowMs[1]) / 2);
        set({ windowMs: zoomedWindow(windowMs, factor, centreMs, figure.trace.stepMs) });
      },
      pan(share) {
        const { windowMs, figure } = get();
        set({ windowMs: movedWindow(windowMs, share * (windowMs[1] - windowMs[0]), figure.trace.stepMs) });
      },
      setCriticalPath: (showsCriticalPath) => set({ showsCriticalPath }),
      setSpeed: (speed) => set({ speed }),
      advance(elapsedMs) {
        const { playing, cursorMs, figure, speed, loop } = get();
        if (!playing) return;
        const end = figure.trace.stepMs;
        const next = cursorMs + (elapsedMs / 1000) * speed * end;
        if (next < end) moveCursor(next, true);
        else moveCursor(loop ? 0 : end, loop);
      },
      selectRank: (rank) => set({ rank }),
      ask: (asked) => set({ asked, askedBytes: null }),
      askBytes: (askedBytes) => set({ askedBytes, asked: null }),
      showParameter: (parameter) => set({ parameter }),
      chooseBackend(choice) {
        set({ backendChoice: choice });
        run.end();
      },
      train: run.train,
      trainRecording: run.trainRecording,
      readParameter: run.readParameter,
      tryMistake: run.tryMistake,
      pauseTraining: run.pause,
      resetTraining: run.end,
      dispose: run.dispose,
    };
  });
}

/** Whether two scenarios train with the same numbers: another clock changes none. */
function trainAlike(a: Scenario, b: Scenario): boolean {
  const numbers = ({ costs: _, ...rest }: Scenario) => JSON.stringify(rest);
  return numbers(a) === numbers(b);
}
