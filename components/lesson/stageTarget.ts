/** What the stage is to show at the reader's place, from the script and what the reader has done. Pure. */
import type { ScenarioInput } from "@/engine/scenario";
import type { View } from "../stage/views";
import { saysRight, schedulePatch, settle, tryFigure } from "./judge";
import type { Place } from "./place";
import type { Progress } from "./progress";
import { patchScenario } from "./scenarioPatch";
import { linesOf } from "./scheduleText";
import { type CalculateStop, type SceneScenarios, type Script, type Stop, shownStop } from "./script";
import { readMeasure } from "./values";

export interface StageTarget {
  scenario: ScenarioInput;
  place: Place;
  scene: string;
  /** What stands on the stage, if not what the lesson says. */
  views?: readonly View[];
  /** Whether the window closes in on the place. */
  zoom: boolean;
  criticalPath: boolean;
  /** The parameter that the shards show large; null: they take one. */
  parameter: string | null;
  /** Whether the scene's title says what is on the stage: not where the learner has changed something. */
  titled: boolean;
}

const NOTHING_SHOWN = { zoom: false, criticalPath: false, parameter: null };

export function stageTarget(script: Script, progress: Progress): StageTarget {
  const stop = shownStop(script.stops, progress.current);
  const { scene, place, views } = stop;
  const changed = changedScenario(stop, script, progress);
  const { zoom, criticalPath, parameter } = stop.kind === "step" ? stop : NOTHING_SHOWN;
  const scenario = changed ?? script.scenarios[scene];
  return { scenario, place, scene, views, zoom, criticalPath, parameter, titled: changed === null };
}

/** The scenario that the reader has made of the scene; null where it stands as it was. */
function changedScenario(stop: Stop, { scenarios }: Script, progress: Progress): ScenarioInput | null {
  const { id } = stop;
  switch (stop.kind) {
    case "step":
    case "read":
    case "break":
      return null;
    case "switch":
      return scenarios[progress.turned[id] ?? stop.options[0].id];
    case "predict":
      return id in progress.answers && !progress.showsBefore[id] ? scenarios[id] : null;
    case "exercise":
      return settle(scenarios[id], progress.settings[id] ?? {});
    case "calculate":
      return isFound(stop, scenarios, progress) ? scenarios[id] : null;
    case "write":
      return runnable(
        patchScenario(scenarios[id], schedulePatch(id in progress.texts ? linesOf(progress.texts[id]) : stop.start)),
        scenarios[id],
      );
  }
}

/** What a calculation is about is not shown before it has been found: the figure would say the answer. */
function isFound({ id, measure, rank }: CalculateStop, scenarios: SceneScenarios, { texts }: Progress): boolean {
  if (!(id in texts)) return false;
  const figure = tryFigure(scenarios[id]);
  return typeof figure !== "string" && saysRight(texts[id], readMeasure(measure, figure, rank));
}

/** What cannot be run is not shown: its sentence stands under the exercise. */
function runnable(scenario: ScenarioInput, otherwise: ScenarioInput): ScenarioInput {
  return typeof tryFigure(scenario) === "string" ? otherwise : scenario;
}
