/**
 * The numbers of a lesson that are known before anything is run, worked out once where the page is built: so it need not
 * simulate every cluster again, in the reader's browser, before it wakes up.
 */
import { type CostsConfig, parseScenario } from "@/engine/scenario";
import { buildFigure, type Figure } from "../stage/state/figure";
import type { Script } from "./script";
import { isMeasureName, type MeasureName, readMeasure } from "./values";
import type { Amount } from "./values/value";

/** How a scene writes its times: as its stage does. */
export interface Clock {
  kind: CostsConfig["kind"];
  stepMs: number;
}

export interface SceneFacts {
  clock: Clock;
  /** By measure and device, as `factKey` names them. */
  amounts: Readonly<Record<string, Amount>>;
}

/** Of every scene that the text says a number of. */
export type Facts = Readonly<Record<string, SceneFacts>>;

export const clockOf = ({ scenario, trace }: Figure): Clock => ({ kind: scenario.costs.kind, stepMs: trace.stepMs });

export const factKey = (of: MeasureName, rank = 0): string => `${of} ${rank}`;

/** @throws Error when a value cannot be read from its scene */
export function factsOf({ scenarios, values }: Pick<Script, "scenarios" | "values">): Facts {
  const scenes = [...new Set(values.flatMap((value) => value.scenes))];
  return Object.fromEntries(
    scenes.map((scene) => {
      const figure = buildFigure(parseScenario(scenarios[scene]));
      const amounts = values
        .filter((value) => value.scenes.includes(scene))
        .flatMap(({ of, rank }) =>
          isMeasureName(of) ? [[factKey(of, rank), readMeasure(of, figure, rank)] as const] : [],
        );
      return [scene, { clock: clockOf(figure), amounts: Object.fromEntries(amounts) }];
    }),
  );
}
