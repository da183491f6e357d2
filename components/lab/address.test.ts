import { expect, test } from "vitest";
import { LAB_PRESETS } from "@/content/scenarios/lab";
import type { ScenarioInput } from "@/engine/scenario";
import { hashOf, scenarioOfHash, scenarioOfText } from "./address";

test("every place to start from comes back from its address as it was, in characters that survive any mail", () => {
  for (const { scenario } of LAB_PRESETS) {
    const hash = hashOf(scenario);
    expect(hash).toMatch(/^#scenario=[\w-]+$/);
    expect(hash.length).toBeLessThan(700);
    expect(scenarioOfHash(hash)).toEqual(scenario);
  }
});

test("an address without a scenario names none", () => {
  expect([scenarioOfHash(""), scenarioOfHash("#"), scenarioOfHash("#main")]).toEqual([null, null, null]);
});

test("what was cut off, is no base64, no text or no legal scenario is refused in a sentence", () => {
  const hash = hashOf(LAB_PRESETS[0].scenario);
  for (const broken of [hash.slice(0, 30), hash.slice(0, -1), `${hash}!`, "#scenario=", "#scenario=____"])
    expect(() => scenarioOfHash(broken), broken).toThrow(/it may have been cut off|the scenario is not JSON/);
  const illegal = { ...LAB_PRESETS[0].scenario, batch: { global: 10, micro: 3 } } as ScenarioInput;
  expect(() => scenarioOfHash(hashOf(illegal))).toThrow("batch.global (10) must be divisible by mesh.dp (4)");
});

test("a reference case is a scenario, without the numbers it expects", () => {
  const { scenario } = LAB_PRESETS[0];
  expect(scenarioOfText(JSON.stringify({ ...scenario, expected: { losses: [1] } }))).toEqual(scenario);
});
