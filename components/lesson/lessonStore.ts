/**
 * The state of a lesson: where the reader is, what was answered and tried, what was measured. It moves the stage and
 * listens to it. A vanilla store, one a page.
 *
 * The stage forgets a run when its scenario changes; the lesson keeps the reports by scenario, so that a number once
 * measured stays in the text.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { buildFigure, type Figure } from "../stage/state/figure";
import type { StageState, StageStore } from "../stage/state/stageStore";
import type { View } from "../stage/views";
import type { Outcome } from "./outcomes";
import { type Place, resolvePlace } from "./place";
import { patchOf, patchScenario } from "./scenarioPatch";
import type { Script } from "./script";

export interface LessonState {
  /** Index of the stop that the reader is at. */
  current: number;
  /** What was answered, by prediction. */
  answers: Readonly<Record<string, Outcome>>;
  /** Answered predictions whose stage shows the scenario as it was. */
  showsBefore: Readonly<Record<string, boolean>>;
  /** What is set, by exercise. */
  settings: Readonly<Record<string, unknown>>;
  /** What the stage explains because the current stop is about it. */
  asked: StageState["asked"];
  /** By scenario, as its JSON. */
  records: Readonly<Record<string, readonly StepReport[]>>;

  goTo(id: string): void;
  /** The prediction's scenario is shown from now on. */
  answer(id: string, outcome: Outcome): void;
  show(id: string, which: "before" | "after"): void;
  set(id: string, option: unknown): void;
  /** Trains a scene's scenario, all its steps, on the stage. */
  run(scene: string): void;
  figureOf(scene: string): Figure;
}

export type LessonStore = StoreApi<LessonState>;

/** What the stage is to show at the reader's place. */
export interface StageTarget {
  scenario: ScenarioInput;
  place: Place;
  scene: string;
  /** What stands on the stage, if not what the lesson says. */
  views?: readonly View[];
  /** Whether the scene's title says what is on the stage: not where the learner has changed something. */
  titled: boolean;
}

type Progress = Pick<LessonState, "current" | "answers" | "showsBefore" | "settings">;

export function stageTarget({ stops, scenarios }: Script, progress: Progress): StageTarget {
  const stop = stops[progress.current];
  const { id, scene, place } = stop;
  if (stop.kind === "predict" && id in progress.answers && !progress.showsBefore[id]) {
    return { scenario: scenarios[id], place, scene, titled: false };
  }
  if (stop.kind === "exercise") {
    const set = id in progress.settings ? patchOf(stop.field, progress.settings[id]) : {};
    return { scenario: patchScenario(scenarios[id], set), place, scene, titled: false };
  }
  const views = stop.kind === "step" ? stop.views : undefined;
  return { scenario: scenarios[scene], place, scene, views, titled: true };
}

export const scenarioKey = ({ scenario }: Figure): string => JSON.stringify(scenario);

export function createLessonStore(script: Script, stage: StageStore): LessonStore {
  const figures = new Map<string, Figure>();
  const indexOf = (id: string) => script.stops.findIndex((stop) => stop.id === id);

  const showScenario = (scenario: ScenarioInput) => {
    if (JSON.stringify(stage.getState().draft) !== JSON.stringify(scenario)) stage.getState().setDraft(scenario);
  };

  const store = createStore<LessonState>()((set, get) => {
    const moveStage = () => {
      const { scenario, place } = stageTarget(script, get());
      showScenario(scenario);
      const { figure, setCursor, selectRank, ask } = stage.getState();
      const { timeMs, rank, asked } = resolvePlace(figure.trace, place);
      setCursor(timeMs);
      selectRank(rank);
      ask(asked);
      set({ asked });
    };
    const visit = (id: string, patch: Partial<LessonState> = {}) => {
      const index = indexOf(id);
      if (index < 0) return;
      set({ ...patch, current: index });
      moveStage();
    };
    return {
      current: 0,
      answers: {},
      showsBefore: {},
      settings: {},
      asked: null,
      records: {},
      goTo: (id) => visit(id),
      answer: (id, outcome) => visit(id, { answers: { ...get().answers, [id]: outcome } }),
      show: (id, which) => visit(id, { showsBefore: { ...get().showsBefore, [id]: which === "before" } }),
      set: (id, option) => visit(id, { settings: { ...get().settings, [id]: option } }),
      run(scene) {
        const scenario = script.scenarios[scene];
        showScenario(scenario);
        const { figure, train } = stage.getState();
        train(figure.scenario.steps);
      },
      figureOf(scene) {
        const figure = figures.get(scene) ?? buildFigure(parseScenario(script.scenarios[scene]));
        figures.set(scene, figure);
        return figure;
      },
    };
  });

  return store;
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
