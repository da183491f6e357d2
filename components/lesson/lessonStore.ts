/**
 * The state of a lesson: where the reader is, what was answered and tried, what was measured. It moves the stage and
 * listens to it. A vanilla store, one a page.
 *
 * The stage forgets a run when its scenario changes; the lesson keeps the reports by scenario, so that a number once
 * measured stays in the text.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { parseScenario, type Scenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport, Trial } from "@/engine/worker/protocol";
import { buildFigure, type Figure } from "../stage/state/figure";
import type { StageState, StageStore } from "../stage/state/stageStore";
import type { Settings } from "./judge";
import { type Resolved, resolvePlace } from "./place";
import type { Guess } from "./predictions";
import { NO_PROGRESS, type Progress } from "./progress";
import { type Script, shownStop } from "./script";
import { stageTarget } from "./stageTarget";

export interface LessonState extends Progress {
  /** What the stage explains because the current stop is about it. */
  asked: StageState["asked"];
  /** By scenario, as its JSON. */
  records: Readonly<Record<string, readonly StepReport[]>>;

  goTo(id: string): void;
  /** The prediction's scenario is shown from now on. */
  answer(id: string, guess: Guess): void;
  /** As if the prediction had not been answered. */
  askAgain(id: string): void;
  show(id: string, which: "before" | "after"): void;
  turn(id: string, option: string): void;
  set(id: string, settings: Settings): void;
  write(id: string, text: string): void;
  keepTrial(id: string, trial: Trial): void;
  /**
   * Trains a scene's scenario, all its steps, on the stage. A reader who is in another scene comes to the first stop that
   * waits for it: the stage never shows one scene under another one's title.
   */
  run(scene: string): void;
  figureOf(scene: string): Figure;
  scenarioOf(scene: string): Scenario;
  /** Under which a scene's reports are kept. */
  keyOf(scene: string): string;
}

export type LessonStore = StoreApi<LessonState>;

export const scenarioKey = (scenario: Scenario): string => JSON.stringify(scenario);

export function createLessonStore(script: Script, stage: StageStore): LessonStore {
  /** By scenario: many scenes show the same one. */
  const figures = new Map<string, Figure>();
  const scenarios = new Map<string, Scenario>();
  const indexOf = (id: string) => script.stops.findIndex((stop) => stop.id === id);

  const showScenario = (scenario: ScenarioInput) => {
    if (JSON.stringify(stage.getState().draft) !== JSON.stringify(scenario)) stage.getState().setDraft(scenario);
  };

  return createStore<LessonState>()((set, get) => {
    const moveStage = () => {
      const { scenario, place, zoom, criticalPath, parameter } = stageTarget(script, get());
      showScenario(scenario);
      const { figure, setCursor, selectRank, ask, setWindow, setCriticalPath, showParameter } = stage.getState();
      const { timeMs, rank, asked, windowMs } = reached(figure, resolvePlace(figure.trace, place));
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
      const { visited, current } = get();
      set({ ...patch, current: index, visited: visited.includes(id) ? visited : [...visited, id] });
      const { stops } = script;
      const staysPut = stops[index].kind === "read" && shownStop(stops, index) === shownStop(stops, current);
      if (!staysPut) moveStage();
    };
    return {
      ...NO_PROGRESS,
      asked: null,
      records: {},
      goTo: (id) => visit(id),
      answer: (id, guess) => visit(id, { answers: { ...get().answers, [id]: guess } }),
      askAgain(id) {
        const { [id]: _, ...answers } = get().answers;
        visit(id, { answers });
      },
      show: (id, which) => visit(id, { showsBefore: { ...get().showsBefore, [id]: which === "before" } }),
      turn: (id, option) => visit(id, { turned: { ...get().turned, [id]: option } }),
      set: (id, settings) => visit(id, { settings: { ...get().settings, [id]: settings } }),
      write: (id, text) => visit(id, { texts: { ...get().texts, [id]: text } }),
      keepTrial(id, trial) {
        const { trials } = get();
        set({ trials: { ...trials, [id]: { ...trials[id], [trial.mistake ? "broken" : "right"]: trial } } });
      },
      run(scene) {
        const { stops } = script;
        const waiting = stops.find((stop) => stop.needsRun && stop.scene === scene);
        if (waiting && stops[get().current].scene !== scene) visit(waiting.id);
        showScenario(script.scenarios[scene]);
        const { figure, train } = stage.getState();
        train(figure.scenario.steps);
      },
      figureOf(scene) {
        const key = get().keyOf(scene);
        const figure = figures.get(key) ?? buildFigure(get().scenarioOf(scene));
        figures.set(key, figure);
        return figure;
      },
      scenarioOf(scene) {
        const scenario = scenarios.get(scene) ?? parseScenario(script.scenarios[scene]);
        scenarios.set(scene, scenario);
        return scenario;
      },
      keyOf: (scene) => scenarioKey(get().scenarioOf(scene)),
    };
  });
}

/** What does not fit never comes to a place after the moment at which memory runs out: that moment is its last. */
function reached({ outOfMemory }: Figure, resolved: Resolved): Resolved {
  if (!outOfMemory || resolved.timeMs <= outOfMemory.atMs) return resolved;
  return { ...resolved, timeMs: outOfMemory.atMs, asked: null };
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
    lesson.setState({ records: { ...records, [scenarioKey(figure.scenario)]: training.steps } });
  });
}
