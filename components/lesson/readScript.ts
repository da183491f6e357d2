/** Reads the script of a lesson out of the tree that its MDX file renders to, without rendering it. */
import { Children, isValidElement, type ReactElement, type ReactNode } from "react";
import { SOURCES, type SourceName } from "@/content/sources";
import { mistakeNamed } from "@/engine/mistakes";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { BreakIt } from "./BreakIt";
import { Calculate } from "./Calculate";
import { Cite } from "./Cite";
import { Exercise } from "./Exercise";
import { schedulePatch } from "./judge";
import { Passage } from "./Passage";
import { Pitfall } from "./Pitfall";
import { Answer, Choice, Predict } from "./Predict";
import type { Place } from "./place";
import { RECAP_ID, Recap } from "./Recap";
import { Scene } from "./Scene";
import { Step } from "./Step";
import { Option, Switch } from "./Switch";
import { patchScenario } from "./scenarioPatch";
import type { Script, Stop } from "./script";
import { Term } from "./Term";
import { fillPlaceholders } from "./title";
import { Value } from "./Value";
import { isMeasureName, isValueName, needsRun, type ValueName } from "./values";
import { WriteSchedule } from "./WriteSchedule";

// biome-ignore lint/suspicious/noExplicitAny: the props of whatever tag it is
type Tag = ReactElement<any>;
type Props = Tag["props"];

interface Draft {
  scenarios: Record<string, ScenarioInput>;
  titles: Record<string, string>;
  stops: Stop[];
  values: { of: ValueName; scenes: readonly string[]; rank?: number }[];
  terms: string[];
  sources: SourceName[];
  mistakes: { id: string; mistake: string; scenario: ScenarioInput }[];
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
  const draft: Draft = { scenarios: {}, titles: {}, stops: [], values: [], terms: [], sources: [], mistakes: [] };
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
    if (type === Switch) return openSwitch(props, around);
    if (type === Option) return { ...around, scene: addScene(props.id, around, props.patch) };
    if (type === Predict) return openPredict(props, around);
    if (type === Answer) return { ...around, scene: around.stop?.id ?? around.scene };
    if (type === Exercise) return openExercise(props, around);
    if (type === Calculate) return openCalculate(props, around);
    if (type === WriteSchedule) return openWrite(props, around);
    if (type === BreakIt) return openBreak(props, around);
    if (type === Passage) return passText(props.id, around);
    if (type === Pitfall) return passText(props.id, around);
    if (type === Recap) return passText(RECAP_ID, around);
    if (type === Value) noteValue(props, around);
    if (type === Term) addOnce(draft.terms, props.of);
    if (type === Cite) noteSource(props.of);
    return around;
  }

  function openScene({ id, title, scenario: name, patch }: Props): Around {
    claim(id);
    const base = name === undefined ? scenario : named[name];
    if (!base) throw new Error(`no scenario is called "${name}"`);
    draft.scenarios[id] = patchScenario(base, patch ?? {});
    draft.titles[id] = title;
    notePlaceholders(title, id);
    return { scene: id, stop: null };
  }

  function openStep(props: Props, around: Around): Around {
    const { at, of, on, microbatch, stage, pass, rank, zoom = false, criticalPath = false, parameter = null } = props;
    const place = { at, of, on, microbatch, stage, pass, rank };
    return open({ kind: "step", zoom, criticalPath, parameter, ...common(props, around, place) }, around);
  }

  function openSwitch(props: Props, around: Around): Around {
    const options = tagsIn(props.children, Option).map(({ id, label }) => ({ id, label }));
    const place = props.of ? { at: props.at ?? "end", of: props.of, rank: props.rank } : STEP_END;
    return open({ kind: "switch", options, ...common(props, around, place) }, around);
  }

  function openPredict(props: Props, around: Around): Around {
    const { measure, rank = 0, question, vary } = props;
    const choices = tagsIn(props.children, Choice).map(({ outcome, is, children }) => ({
      guess: outcome ?? is,
      text: plainText(children),
    }));
    const stop: Stop = { kind: "predict", measure, rank, choices, ...common(props, around, STEP_END) };
    addPatched(stop, vary);
    notePlaceholders(question, stop.scene);
    return open(stop, around);
  }

  function openExercise(props: Props, around: Around): Around {
    const { task, from, field, label, options } = props;
    const fields = props.fields ?? [{ field, label, options }];
    const stop: Stop = { kind: "exercise", fields, judge: judgeOf(props), ...common(props, around, STEP_END) };
    addPatched(stop, from);
    notePlaceholders(task, stop.id);
    return open(stop, around);
  }

  function openCalculate(props: Props, around: Around): Around {
    const { measure, rank = 0, task, from } = props;
    const stop: Stop = { kind: "calculate", measure, rank, ...common(props, around, STEP_END) };
    addPatched(stop, from);
    notePlaceholders(task, stop.id);
    return open(stop, around);
  }

  function openWrite(props: Props, around: Around): Around {
    const { task, from, start } = props;
    const stop: Stop = { kind: "write", start, judge: judgeOf(props), ...common(props, around, STEP_END) };
    addPatched(stop, { ...from, ...schedulePatch(start) });
    notePlaceholders(task, stop.id);
    return open(stop, around);
  }

  /** The stage goes on showing the stop before it. */
  function passText(id: string, around: Around): Around {
    claim(id);
    const before = draft.stops.at(-1);
    if (!before) throw new Error(`"${id}" stands before the first step`);
    const { scene, place, views } = before;
    draft.stops.push({ kind: "read", id, scene, place, views, needsRun: false });
    return { ...around, stop: null };
  }

  /** The mistake has to be one that can be made in the scene. */
  function openBreak(props: Props, around: Around): Around {
    const { id, mistake, patch } = props;
    const { scene } = around;
    const before = draft.stops.findLast((stop) => stop.scene === scene);
    const stop: Stop = { kind: "break", ...common(props, around, before?.place ?? STEP_END), views: before?.views };
    const broken = patchScenario(draft.scenarios[stop.scene], patch ?? {});
    if (!mistakeNamed(mistake).applies(parseScenario(broken))) {
      throw new Error(`"${mistake}" cannot be made in scene "${scene}"`);
    }
    draft.mistakes.push({ id, mistake, scenario: broken });
    return open(stop, around);
  }

  function noteValue({ of, scene, over, rank }: Props, around: Around): void {
    if (!isValueName(of)) throw new Error(`no value is called "${of}"`);
    const own = scene ?? around.scene;
    if (own === null) throw new Error(`the value "${of}" stands outside a scene and names none`);
    draft.values.push({ of, scenes: over === undefined ? [own] : [own, over], rank });
    if (around.stop && needsRun(of)) around.stop.needsRun = true;
  }

  function noteSource(of: string): void {
    if (!(of in SOURCES)) throw new Error(`no source is called "${of}"`);
    addOnce(draft.sources, of as SourceName);
  }

  function notePlaceholders(text: string, scene: string): void {
    fillPlaceholders(text, (of) => {
      if (!isMeasureName(of)) throw new Error(`{${of}} in "${text}" is no value that is known before a run`);
      draft.values.push({ of, scenes: [scene] });
      return "";
    });
  }

  function common({ id, views }: Props, { scene }: Around, place: Place) {
    claim(id);
    if (scene === null) throw new Error(`"${id}" stands outside a scene`);
    return { id, scene, place, views, needsRun: false };
  }

  function open(stop: Stop, around: Around): Around {
    draft.stops.push(stop);
    return { ...around, stop };
  }

  function addScene(id: string, { scene }: Around, patch: Props): string {
    claim(id);
    draft.scenarios[id] = patchScenario(draft.scenarios[scene as string], patch ?? {});
    return id;
  }

  /** What a stop changes is a scene under the stop's own name. */
  function addPatched({ id, scene }: Stop, patch: Props): void {
    draft.scenarios[id] = patchScenario(draft.scenarios[scene], patch ?? {});
  }

  function claim(id: unknown): void {
    if (typeof id !== "string" || !/^[a-z][a-z0-9-]*$/.test(id)) throw new Error(`"${id}" is no name for a place`);
    if (ids.has(id)) throw new Error(`two places are called "${id}"`);
    ids.add(id);
  }
}

function judgeOf({ measure, rank = 0, goal, mustFit = false, within = 0, limit }: Props) {
  return { measure, rank, goal, mustFit, within, limit };
}

/** The props of all tags of a type inside. */
function tagsIn(node: ReactNode, type: unknown): Props[] {
  return Children.toArray(node).flatMap((child) => {
    if (!isValidElement(child)) return [];
    const { props } = child as Tag;
    return child.type === type ? [props] : tagsIn(props.children, type);
  });
}

export function plainText(node: ReactNode): string {
  return Children.toArray(node)
    .map((child) => (isValidElement(child) ? plainText((child as Tag).props.children) : String(child)))
    .join("")
    .trim();
}

function addOnce<T>(list: T[], item: T): void {
  if (!list.includes(item)) list.push(item);
}
