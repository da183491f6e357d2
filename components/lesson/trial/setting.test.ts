import { expect, test } from "vitest";
import { patchScenario } from "../scenarioPatch";
import { SMALL } from "../testing";
import { trialSetting } from "./setting";

test("a mistake that is trained with what the figure shows says nothing of it", () => {
  expect(trialSetting(SMALL, patchScenario(SMALL, { steps: 9 }))).toBeNull();
});

test("another optimizer, model or number of samples is said", () => {
  const trained = (patch: object) => trialSetting(SMALL, patchScenario(SMALL, patch))?.replaceAll("\u00a0", " ");
  expect(trained({ optimizer: { kind: "sgd", lr: 0.3, clip: 0.2 } })).toBe(
    "Other than in the figure: plain gradient descent, learning rate 0.3, clipped at 0.2.",
  );
  expect(trained({ optimizer: { kind: "adamw", lr: 0.01 }, batch: { global: 12 } })).toBe(
    "Other than in the figure: Adam, learning rate 0.01; MLP 2 → 4 → 3, 1 micro-batch of 4 a device.",
  );
});
