/**
 * The state of a lesson: where the reader is, what was answered and tried, what was measured. It moves the stage and
 * listens to it. A vanilla store, one a page.
 *
 * The stage forgets a run when its scenario changes; the lesson keeps the reports by scenario, so that a number once
 * measured stays in the text.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport, Trial } from "@/engine/worker/protocol";
import { buildFigure, type Figure } from "../stage/state/figure";
import type { StageState, StageStore } from "../stage/state/stageStore";
import type { Settings } from "./judge";
import { resolvePlace } from "./place";
import type { Guess } from "./predictions";
import type { Script } from "./script";
import { stageTarget } from "./stageTarget";

/** What a reader has done in a lesson: kept from visit to visit. */
export interface Progress {
  /** Index of the stop that the reader is at. */
  current: number;
  /** The stops that the reader has been at. */
  visited: readonly string[];
  /** What was answered, by prediction. */
  answers: Readonly<Record<string, Guess>>;
  /** Answered predictions whose stage shows the scenario as it was. */
  showsBefore: Readonly<Record<string, boolean>>;
  /** The option that is on, by switch. */
  turned: Readonly<Record<string, string>>;
  /** What is set, by exercise: values by field. */
  settings: Readonly<Record<string, Settings>>;
  /** What was written, by exercise. */
  texts: Readonly<Record<string, string>>;
  /** What came of mistakes that were made for real, by switch. */
  trials: Readonly<Record<string, { broken?: Trial; right?: Trial }>>;
}

export interface LessonState extends Progress {
  /** What the stage explains because the current stop is about it. */
  asked: StageState["asked"];
  /** By scenario, as its JSON. */
  records: Readonly<Record<string, readonly StepReport[]>>;

  goTo(id: string): void;
  /** The prediction's scenario is shown from now on. */
  answer(id: string, guess: Guess): void;
  show(id: string, which: "before" | "after"): void;
  turn(id: string, option: string): void;
  set(id: string, settings: Settings): void;
  write(id: string, text: string): void;
  keepTrial(id: string, trial: Trial): void;
  /** Trains a scene's scenario, all its steps, on the stage. */
  run(scene: string): void;
  figureOf(scene: string): Figure;
}

export type LessonStore = StoreApi<LessonState>;

export const NO_PROGRESS: Progress = {
  current: 0,
  visited: [],
  answers: {},
  showsBefore: {},
  turned: {},
  settings: {},
  texts: {},
  trials: {},
};

export const scenarioKey = ({ scenario }: Figure): string => JSON.stringify(scenario);

export function createLessonStore(script: Script, stage: StageStore): LessonStore {
  /** By scenario: many scenes show the same one. */
  const figures = new Map<string, Figure>();
  const indexOf = (id: string) => script.stops.findIndex((stop) => stop.id === id);

  const showScenario = (scenario: ScenarioInput) => {
    if (JSON.stringify(stage.getState().draft) !== JSON.stringify(scenario)) stage.getState().setDraft(scenario);
  };

  return createStore<LessonState>()((set, get) => {
    const moveStage = () => {
      const { scenario, place, zoom, criticalPath, parameter } = stageTarget(script, get());
      showScenario(scenario);
      const { figure, setCursor, selectRank, ask, setWindow, setCriticalPath, showParameter } = stage.getState();
      const { timeMs, rank, asked, windowMs } = resolvePlace(figure.trace, place);
      setWindow(zoom ? around(windowMs) : [0, figure.trace.stepMs]);
      setCriticalPath(criticalPath);
      showParameter(parameter);
      setCursor(timeMs);
      selectRank(Math.min(rank, figure.devices.length - 1));
      ask(asked);
      set({ asked });
    };
    const visit = (id: string, patch: Partial<LessonState> = {}) => {
      const index = indexOf(id);
      if (index < 0) return;
      const { visited } = get();
      set({ ...patch, current: index, visited: visited.includes(id) ? visited : [...visited, id] });
      moveStage();
    };
    return {
      ...NO_PROGRESS,
      asked: null,
      records: {},
      goTo: (id) => visit(id),
      answer: (id, guess) => visit(id, { answers: { ...get().answers, [id]: guess } }),
      show: (id, which) => visit(id, { showsBefore: { ...get().showsBefore, [id]: which === "before" } }),
      turn: (id, option) => visit(id, { turned: { ...get().turned, [id]: option } }),
      set: (id, settings) => visit(id, { settings: { ...get().settings, [id]: settings } }),
      write: (id, text) => visit(id, { texts: { ...get().texts, [id]: text } }),
      keepTrial(id, trial) {
        const { trials } = get();
        set({ trials: { ...trials, [id]: { ...trials[id], [trial.mistake ? "broken" : "right"]: trial } } });
      },
      run(scene) {
        const scenario = script.scenarios[scene];
        showScenario(scenario);
        const { figure, train } = stage.getState();
        train(figure.scenario.steps);
      },
      figureOf(scene) {
        const scenario = script.scenarios[scene];
        const key = JSON.stringify(scenario);
        const figure = figures.get(key) ?? buildFigure(parseScenario(scenario));
        figures.set(key, figure);
        return figure;
      },
    };
  });
}

/** A window in which an operation takes a fifth of the width. */
function around([startMs, endMs]: readonly [number, number]): [number, number] {
  const marginMs = 2 * (endMs - startMs);
  return [startMs - marginMs, endMs + marginMs];
}

/**
 * Keeps what the stage measures, and stops explaining a stop's instruction once the learner moves the cursor away.
 *
 * @returns a function that ends it
 */
export function followStage(lesson: LessonStore, stage: StageStore): () => void {
  return stage.subscribe(({ training, figure, cursorMs, asked, ask }, before) => {
    if (cursorMs !== before.cursorMs && asked && asked === lesson.getState().asked) ask(null);
    if (training.steps === before.training.steps || training.steps.length === 0) return;
    const { records } = lesson.getState();
    lesson.setState({ records: { ...records, [scenarioKey(figure)]: training.steps } });
  });
}
