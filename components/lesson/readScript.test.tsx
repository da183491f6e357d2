import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { Exercise, Hint } from "./Exercise";
import { Pitfall } from "./Pitfall";
import { Answer, Choice, Predict } from "./Predict";
import { Recap } from "./Recap";
import { readScript } from "./readScript";
import { Scene } from "./Scene";
import { Step } from "./Step";
import { Term } from "./Term";
import { SMALL } from "./testing";
import { Value } from "./Value";

const read = (tree: ReactNode) => readScript(tree, SMALL, { other: { ...SMALL, seed: 9 } });
const lesson = (
  <>
    <Scene id="one" title="A step in {stepMs}" patch={{ mesh: { dp: 1 } }}>
      <Step id="first" at="end" of="forward">
        <p>
          <Term of="replica">Replicas</Term> hold <Value of="parameterBytes" />.
        </p>
      </Step>
    </Scene>
    <Scene id="many" title="Many" scenario="other">
      <Step id="second" at="start" of="allReduce" on="bucket0" rank={1} views={["training"]}>
        <Value of="loss" /> <Value of="stepMs" scene="one" over="many" />
      </Step>
      <Pitfall id="slower" belief="More is slower">
        <Value of="loss" />
      </Pitfall>
      <Predict id="more" question="And with {numDevices}?" vary={{ mesh: { dp: 6 } }} measure="sentBytesPerDevice">
        <Choice outcome="same">Nothing</Choice>
        <Answer>
          <Value of="sentOverGradient" />
        </Answer>
      </Predict>
      <Exercise
        id="try"
        task="Try"
        from={{ batch: { global: 12 } }}
        field="mesh.dp"
        label="Devices"
        options={[1, 3]}
        measure="stepMs"
        goal="least"
      >
        <Hint>None</Hint>
      </Exercise>
    </Scene>
    <Recap>All of it</Recap>
  </>
);

test("the stops of a lesson, in order, with their scenes and places", () => {
  const { stops } = read(lesson);
  expect(stops.map(({ id, kind, scene }) => [id, kind, scene])).toEqual([
    ["first", "step", "one"],
    ["second", "step", "many"],
    ["slower", "read", "many"],
    ["more", "predict", "many"],
    ["try", "exercise", "many"],
    ["recap", "read", "many"],
  ]);
  expect(stops[1]).toMatchObject({
    place: { at: "start", of: "allReduce", on: "bucket0", rank: 1 },
    views: ["training"],
    needsRun: true,
  });
  expect(stops[0].needsRun).toBe(false);
  expect(stops[2]).toMatchObject({ place: stops[1].place, views: ["training"], needsRun: false });
});

test("scenes, predictions and exercises have scenarios of their own, each a patch on the one around it", () => {
  const { scenarios, titles, terms } = read(lesson);
  expect(
    Object.entries(scenarios).map(([name, { seed, mesh, batch }]) => [name, seed, mesh?.dp, batch?.global]),
  ).toEqual([
    ["one", undefined, 1, 6],
    ["many", 9, 3, 6],
    ["more", 9, 6, 6],
    ["try", 9, 3, 12],
  ]);
  expect(titles.one).toBe("A step in {stepMs}");
  expect(terms).toEqual(["replica"]);
});

test("values know the scene they speak of; in an answer it is the prediction's", () => {
  expect(read(lesson).values.map(({ of, scenes }) => [of, ...scenes])).toEqual([
    ["stepMs", "one"],
    ["parameterBytes", "one"],
    ["loss", "many"],
    ["stepMs", "one", "many"],
    ["loss", "many"],
    ["numDevices", "many"],
    ["sentOverGradient", "more"],
  ]);
});

const step = (id: string, inside?: ReactNode) => (
  <Step id={id} at="end" of="step">
    {inside}
  </Step>
);
const scene = (inside: ReactNode, props = {}) => (
  <Scene id="scene" title="Scene" {...props}>
    {inside}
  </Scene>
);

test.each<[string, ReactNode, string]>([
  ["no step", scene(null), "at least one step"],
  ["a step outside a scene", step("a"), '"a" stands outside a scene'],
  ["nothing on the stage to read beside", scene(<Recap>All</Recap>), '"recap" stands before the first step'],
  ["one name for two places", scene([step("a"), step("a")]), 'two places are called "a"'],
  ["a name that is no address", scene(step("Step One")), '"Step One" is no name'],
  ["an unknown value", scene(step("a", <Value of={"speed" as "stepMs"} />)), 'no value is called "speed"'],
  ["an unknown scenario", scene(step("a"), { scenario: "none" }), 'no scenario is called "none"'],
  ["a title that needs a run", scene(step("a"), { title: "Loss {loss}" }), "no value that is known before a run"],
])("a mistake is named: %s", (_, tree, sentence) => {
  expect(() => read(tree)).toThrow(sentence);
});
