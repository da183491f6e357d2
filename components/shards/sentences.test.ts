import { expect, test } from "vitest";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure } from "../stage/state/figure";
import { ownedParameters } from "./ownership";
import { cutsName, keySentence, ownersSentence, pieceName } from "./sentences";

const gpt: ScenarioInput = {
  model: { kind: "gpt", layers: 2, hidden: 16, heads: 4, seq: 8, vocab: 13 },
  optimizer: { kind: "adamw", lr: 0.01 },
  batch: { global: 16, micro: 2 },
};
const owned = (input: ScenarioInput) => ownedParameters(buildFigure(parseScenario(input)));
const sentences = (input: ScenarioInput) => owned(input).map(ownersSentence);

test.each([
  [0, ""],
  [1, "Of its optimizer state, each"],
  [2, "Of its gradients and optimizer state, each"],
  [3, "Of its parameters, gradients and optimizer state, each"],
])("ZeRO-%d: nothing is said to be whole on devices that keep parts of it", (zero, parts) => {
  for (const mesh of [{ dp: 4 }, { dp: 2, tp: 2 }]) {
    for (const sentence of sentences({ ...gpt, mesh, zero })) {
      expect(sentence).toContain(parts);
      if (zero === 3) {
        expect(sentence).not.toMatch(/is whole on|one on/);
        expect(sentence).toMatch(/shared out between devices .* only while a layer uses it/);
      } else {
        expect(sentence).toMatch(/is whole on devices|one on devices/);
        expect(sentence).not.toContain("shared out");
      }
    }
  }
});

test("the key speaks of copies only where there are some", () => {
  expect(keySentence(owned({ ...gpt, mesh: { dp: 4 }, zero: 2 }))).toContain("Outlines behind it: copies.");
  const shared = keySentence(owned({ ...gpt, mesh: { dp: 4 }, zero: 3 }));
  expect(shared).toContain("the devices that share it out between them");
  expect(shared).not.toContain("copies");
});

test("the table names every cut: a device that keeps a flat part has no whole piece", () => {
  const rowsOf = (input: ScenarioInput) =>
    owned(input).map((one) => [one.parameter.name, cutsName(one), pieceName(one)]);
  const name = "blocks.0.mlp.up.weight";
  const row = (input: ScenarioInput) =>
    rowsOf(input)
      .find(([of]) => of === name)
      ?.slice(1);
  expect(row({ ...gpt, mesh: { dp: 4 } })).toEqual(["whole", "16 × 64"]);
  expect(row({ ...gpt, mesh: { dp: 4 }, zero: 3 })).toEqual(["flat, in 4", "a part of 16 × 64"]);
  expect(row({ ...gpt, mesh: { dp: 2, tp: 2 }, zero: 3 })).toEqual(["columns; flat, in 2", "a part of 16 × 32"]);
});
