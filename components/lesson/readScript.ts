/** Reads the script of a lesson out of the tree that its MDX file renders to, without rendering it. */
import { Children, isValidElement, type ReactElement, type ReactNode } from "react";
import { mistakeNamed } from "@/engine/mistakes";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { BreakIt } from "./BreakIt";
import { Exercise } from "./Exercise";
import { Answer, Predict } from "./Predict";
import type { Place } from "./place";
import { Scene } from "./Scene";
import { Step } from "./Step";
import { patchScenario } from "./scenarioPatch";
import type { Script, Stop } from "./script";
import { Term } from "./Term";
import { fillPlaceholders } from "./title";
import { Value } from "./Value";
import { isMeasureName, isValueName, needsRun, type ValueName } from "./values";

// biome-ignore lint/suspicious/noExplicitAny: the props of whatever tag it is
type Tag = ReactElement<any>;

interface Draft {
  scenarios: Record<string, ScenarioInput>;
  titles: Record<string, string>;
  stops: Stop[];
  values: { of: ValueName; scenes: readonly string[]; rank?: number }[];
  terms: string[];
}

/** What surrounds a tag. */
interface Around {
  scene: string | null;
  stop: Stop | null;
}

/** A question or an exercise is asked at the end of the step, when nothing moves. */
const STEP_END: Place = { at: "end", of: "step" };

/**
 * @param scenario of the lesson; scenes lay their patches over it, or name another
 * @throws Error at the first mistake: a name used twice, a step outside a scene, an unknown value or scenario
 */
export function readScript(tree: ReactNode, scenario: ScenarioInput, named: Record<string, ScenarioInput>): Script {
  const draft: Draft = { scenarios: {}, titles: {}, stops: [], values: [], terms: [] };
  const ids = new Set<string>();
  walk(tree, { scene: null, stop: null });
  if (draft.stops.length === 0) throw new Error("a lesson has at least one step");
  return draft;

  function walk(node: ReactNode, around: Around): void {
    Children.forEach(node, (child) => {
      if (!isValidElement(child)) return;
      const tag = child as Tag;
      walk(tag.props.children, enter(tag, around));
    });
  }

  /** Notes the tag. @returns what surrounds its children */
  function enter({ type, props }: Tag, around: Around): Around {
    if (type === Scene) return openScene(props);
    if (type === Step) return openStep(props, around);
    if (type === Predict) {
      const stop: Stop = { kind: "predict", measure: props.measure, ...common(props, around, STEP_END) };
      draft.scenarios[stop.id] = patchScenario(draft.scenarios[stop.scene], props.vary);
      notePlaceholders(props.question, stop.scene);
      return open(stop, around);
    }
    if (type === Exercise) {
      const { measure, goal, field, options } = props;
      const stop: Stop = { kind: "exercise", measure, goal, field, options, ...common(props, around, STEP_END) };
      draft.scenarios[stop.id] = patchScenario(draft.scenarios[stop.scene], props.from ?? {});
      notePlaceholders(props.task, stop.id);
      return open(stop, around);
    }
    if (type === Answer) return { ...around, scene: around.stop?.id ?? around.scene };
    if (type === BreakIt) checkMistake(props, around);
    if (type === Value) noteValue(props, around);
    if (type === Term) draft.terms.push(props.of);
    return around;
  }

  /** The mistake has to be one that can be made in the scene. */
  function checkMistake({ id, mistake, patch }: Tag["props"], { scene }: Around): void {
    claim(id);
    if (scene === null) throw new Error(`"${id}" stands outside a scene`);
    const broken = parseScenario(patchScenario(draft.scenarios[scene], patch ?? {}));
    if (!mistakeNamed(mistake).applies(broken)) throw new Error(`"${mistake}" cannot be made in scene "${scene}"`);
  }

  function openStep(props: Tag["props"], around: Around): Around {
    const { at, of, on, microbatch, rank, views } = props;
    return open({ kind: "step", views, ...common(props, around, { at, of, on, microbatch, rank }) }, around);
  }

  function openScene({ id, title, scenario: name, patch }: Tag["props"]): Around {
    claim(id);
    const base = name === undefined ? scenario : named[name];
    if (!base) throw new Error(`no scenario is called "${name}"`);
    draft.scenarios[id] = patchScenario(base, patch ?? {});
    draft.titles[id] = title;
    notePlaceholders(title, id);
    return { scene: id, stop: null };
  }

  function common({ id }: Tag["props"], { scene }: Around, place: Place) {
    claim(id);
    if (scene === null) throw new Error(`"${id}" stands outside a scene`);
    return { id, scene, place, needsRun: false };
  }

  function open(stop: Stop, around: Around): Around {
    draft.stops.push(stop);
    return { ...around, stop };
  }

  function notePlaceholders(text: string, scene: string): void {
    fillPlaceholders(text, (of) => {
      if (!isMeasureName(of)) throw new Error(`{${of}} in "${text}" is no value that is known before a run`);
      draft.values.push({ of, scenes: [scene] });
      return "";
    });
  }

  function noteValue({ of, scene, over, rank }: Tag["props"], around: Around): void {
    if (!isValueName(of)) throw new Error(`no value is called "${of}"`);
    const own = scene ?? around.scene;
    if (own === null) throw new Error(`the value "${of}" stands outside a scene and names none`);
    draft.values.push({ of, scenes: over === undefined ? [own] : [own, over], rank });
    if (around.stop && needsRun(of)) around.stop.needsRun = true;
  }

  function claim(id: unknown): void {
    if (typeof id !== "string" || !/^[a-z][a-z0-9-]*$/.test(id)) throw new Error(`"${id}" is no name for a place`);
    if (ids.has(id)) throw new Error(`two places are called "${id}"`);
    ids.add(id);
  }
}
